package io.chronosdb.conformance;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Promises are made of what every caller has. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SuiteArchitectureTest {
    /** What finds the databases of a configuration, and opens them. */
    private static final Set<String> OPENING = Set.of("Installation", "Chosen", "Conformance");

    @Test
    void promises_know_nothing_but_the_public_api_and_its_values() {
        classes()
                .that()
                .resideInAPackage("io.chronosdb.conformance")
                .and(DescribedPredicate.not(
                        DescribedPredicate.describe("open installations", SuiteArchitectureTest::opens)))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.chronosdb",
                        "io.chronosdb.conformance",
                        "io.chronosdb.address",
                        "io.chronosdb.changes",
                        "io.chronosdb.command",
                        "io.chronosdb.document",
                        "io.chronosdb.error",
                        "io.chronosdb.event",
                        "io.chronosdb.port",
                        "java..",
                        "com.fasterxml.jackson..",
                        "org.assertj..",
                        "org.jspecify..")
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.chronosdb.conformance"));
    }

    private static boolean opens(JavaClass type) {
        return OPENING.stream().anyMatch(name -> type.getName().matches(".*\\." + name + "(\\$.*)?"));
    }
}
