package io.tagma.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Holds the package graph and the homes of the libraries. A change here is a commit of its own, with its reason. */
class ArchitectureTest {
    private static final String ROOT = "io.tagma.engine";
    private static final JavaClasses CLASSES =
        new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages(ROOT);

    /** Package to the packages of the engine that it may import. */
    private static final Map<String, List<String>> IMPORTS = Map.of(
        "protocol", List.of(),
        "ordinals", List.of(),
        "log", List.of("protocol"),
        "model", List.of("protocol"),
        "condition", List.of("protocol", "model"),
        "subject", List.of("protocol", "model", "ordinals"),
        "measure", List.of("protocol", "model", "condition", "ordinals", "subject"),
        "segment", List.of("protocol", "model", "condition", "ordinals", "subject", "measure"),
        "words", List.of("model", "condition", "measure"));

    /** Library to the packages that may import it. */
    private static final Map<String, List<String>> HOMES = Map.of(
        "org.roaringbitmap..", List.of("ordinals"),
        "net.openhft..", List.of("subject"),
        "com.fasterxml.jackson..", List.of("condition"),
        "com.google.re2j..", List.of("condition"),
        "com.ibm.icu..", List.of("condition"));

    @Test
    void shouldHaveNoCircles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void shouldImportOnlyWhatTheGraphAllows() {
        IMPORTS.forEach((name, allowed) -> {
            final List<String> packages = new ArrayList<>();
            packages.add(ROOT + "." + name);
            allowed.forEach(other -> packages.add(ROOT + "." + other));
            classes().that().resideInAPackage(ROOT + "." + name).should()
                .onlyDependOnClassesThat(DescribedPredicate.describe(
                    "reside outside of the engine or in " + packages,
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
    void shouldKeepClockRandomnessAndThreadsOut() {
        noClasses().that().resideInAPackage(ROOT + "..").and().resideOutsideOfPackage(ROOT + ".log").should()
            .callMethod(System.class, "currentTimeMillis").orShould().callMethod(System.class, "nanoTime").orShould()
            .dependOnClassesThat().haveFullyQualifiedName("java.util.Random").orShould()
            .dependOnClassesThat().haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom").orShould()
            .dependOnClassesThat().haveFullyQualifiedName("java.security.SecureRandom").orShould()
            .dependOnClassesThat().haveFullyQualifiedName("java.lang.Thread").orShould()
            .dependOnClassesThat().haveFullyQualifiedName("java.time.Clock").check(CLASSES);
    }
}
