package io.tagma.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Holds the package graph and the homes of the libraries. A change here is a commit of its own, with its reason. */
class ArchitectureTest {
    private static final String ROOT = "io.tagma";
    private static final String ENGINE = "io.tagma.engine";
    private static final JavaClasses CLASSES = new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages(ROOT + ".server", ROOT + ".client");

    /** Package to the packages of the house that it may import. */
    private static final Map<String, List<String>> IMPORTS = Map.of(
        "client", List.of("engine.protocol"),
        "server.lane", List.of("engine", "engine.log", "engine.protocol"),
        "server.cluster", List.of("engine.log", "engine.protocol"),
        "server.backup", List.of("engine", "engine.log", "engine.protocol", "server.cluster"),
        "server.net", List.of("engine", "engine.log", "engine.protocol"),
        "server.magento", List.of("engine.model"),
        "server.conformance", List.of(),
        "server.admin", List.of("engine", "engine.model", "engine.condition", "engine.protocol", "server.magento"),
        "server", List.of("client", "engine", "engine.log", "engine.model", "engine.condition", "engine.protocol",
            "engine.subject", "engine.segment", "server.lane", "server.cluster", "server.net", "server.admin",
            "server.conformance", "server.backup"));

    /** Library to the packages that may import it. */
    private static final Map<String, List<String>> HOMES = Map.ofEntries(
        Map.entry("io.aeron..", List.of("server.cluster")),
        Map.entry("io.netty..", List.of("server.net", "server.admin", "client")),
        Map.entry("picocli..", List.of("server")),
        Map.entry("org.snakeyaml..", List.of("server")),
        Map.entry("com.fasterxml.jackson..", List.of("server.admin", "server.magento", "server.conformance")),
        Map.entry("de.siegmar.fastcsv..", List.of("server.admin")),
        Map.entry("org.HdrHistogram..", List.of("server.metrics")),
        Map.entry("org.roaringbitmap..", List.of()),
        Map.entry("net.openhft..", List.of()),
        Map.entry("com.google.re2j..", List.of()),
        Map.entry("com.ibm.icu..", List.of()));

    /** What the client's small jar holds or brings along. */
    private static final String[] CLIENT_IMPORTS =
        {"java..", "io.netty..", "org.agrona..", ROOT + ".client", ENGINE + ".protocol"};

    @Test
    void shouldHaveNoCircles() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void shouldNameEveryPackageInTheGraph() {
        final Set<String> packages = new HashSet<>();
        CLASSES.forEach(each -> packages.add(each.getPackageName().substring(ROOT.length() + 1)));
        assertThat(packages).isEqualTo(IMPORTS.keySet());
    }

    @Test
    void shouldImportOnlyWhatTheGraphAllows() {
        IMPORTS.forEach((name, allowed) -> {
            final Set<String> packages = new HashSet<>(List.of(ROOT + "." + name));
            allowed.forEach(other -> packages.add(ROOT + "." + other));
            classes().that().resideInAPackage(ROOT + "." + name).should()
                .onlyDependOnClassesThat(DescribedPredicate.describe(
                    "reside outside of the house or in " + packages,
                    other -> !other.getPackageName().startsWith(ROOT) || packages.contains(other.getPackageName())))
                .check(CLASSES);
        });
    }

    @Test
    void shouldKeepLibrariesInTheirHomes() {
        HOMES.forEach((library, homes) -> {
            final String[] packages = homes.stream().map(home -> ROOT + "." + home).toArray(String[]::new);
            noClasses().that().resideOutsideOfPackages(packages).should().dependOnClassesThat()
                .resideInAPackage(library).check(CLASSES);
        });
    }

    @Test
    void shouldKeepTheClientsJarSmall() {
        classes().that().resideInAPackage(ROOT + ".client").should().onlyDependOnClassesThat()
            .resideInAnyPackage(Arrays.copyOf(CLIENT_IMPORTS, CLIENT_IMPORTS.length)).check(CLASSES);
    }
}
