package io.tagma.loadtest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Holds the package graph of what runs Tagma from outside. A change here is a commit of its own, with its reason. */
class ArchitectureTest {
    private static final String ROOT = "io.tagma.loadtest";
    private static final String LINEAR = ROOT + ".linear";
    private static final Set<String> IMPORTS_OF_LINEAR =
        Set.of(LINEAR, ROOT + ".nodes", "io.tagma.client", "io.tagma.engine.protocol", "io.tagma.server");
    private static final JavaClasses CLASSES = new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages(ROOT);

    @Test
    void shouldHaveNoCircles() {
        slices().matching("io.tagma.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void shouldLetLinearKnowNothingButTheClientAndTheServersMainClass() {
        classes().that().resideInAPackage(LINEAR).should().onlyDependOnClassesThat(DescribedPredicate.describe(
            "reside outside of the house or in " + IMPORTS_OF_LINEAR, other -> !other.getPackageName()
                .startsWith("io.tagma") || IMPORTS_OF_LINEAR.contains(other.getPackageName()))).check(CLASSES);
    }

    @Test
    void shouldKeepTheLogsLibraryInTheServerAndTheRace() {
        noClasses().that().resideOutsideOfPackage(ROOT + ".race").should().dependOnClassesThat()
            .resideInAnyPackage("io.aeron..").check(CLASSES);
        noClasses().should().dependOnClassesThat().resideInAnyPackage("net.openhft..").check(CLASSES);
    }
}
