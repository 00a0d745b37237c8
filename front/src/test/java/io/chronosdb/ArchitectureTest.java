package io.chronosdb;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The arrows between modules and the purity of the core, held. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ArchitectureTest {
    private static final String[] SCHEMA = {
        "io.chronosdb.address..",
        "io.chronosdb.event..",
        "io.chronosdb.document..",
        "io.chronosdb.port..",
        "io.chronosdb.error.."
    };
    private static final String[] TECHNOLOGY = {
        "org.apache.kafka..",
        "com.mongodb..",
        "org.bson..",
        "software.amazon..",
        "org.rocksdb..",
        "org.slf4j..",
        "java.nio.file..",
        "java.net.http.."
    };

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.chronosdb");

    @Test
    void the_contract_depends_on_nothing_of_ours_and_touches_no_technology() {
        classes()
                .that()
                .resideInAnyPackage(SCHEMA)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(with(
                        SCHEMA,
                        "java..",
                        "org.apache.avro..",
                        "com.fasterxml.jackson..",
                        "com.dynatrace.hash4j.distinctcount..",
                        "org.jspecify.."))
                .check(OURS);
        noClasses()
                .that()
                .resideInAnyPackage(SCHEMA)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(TECHNOLOGY)
                .check(OURS);
    }

    @Test
    void deciding_is_pure() {
        noClasses()
                .that()
                .resideInAnyPackage("io.chronosdb.command", "io.chronosdb.command.decide")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(with(TECHNOLOGY, "java.util.concurrent..", "io.chronosdb.command.process.."))
                .check(OURS);
        noClasses()
                .that()
                .resideInAPackage("io.chronosdb.command.decide")
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Random")
                .check(OURS);
    }

    @Test
    void each_role_depends_on_the_contract_and_on_no_other_role() {
        String[] roles = {
            "io.chronosdb.command..",
            "io.chronosdb.log..",
            "io.chronosdb.mongo..",
            "io.chronosdb.archive..",
            "io.chronosdb.counters..",
            "io.chronosdb.embedded.."
        };
        for (String role : roles) {
            String[] others = java.util.Arrays.stream(roles)
                    .filter(other -> !other.equals(role))
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(role)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(with(
                            others,
                            "io.chronosdb",
                            "io.chronosdb.changes..",
                            "io.chronosdb.cli..",
                            "io.chronosdb.config..",
                            "io.chronosdb.health..",
                            "io.chronosdb.node..",
                            "io.chronosdb.testkit.."))
                    .check(OURS);
        }
    }

    @Test
    void each_technology_is_known_in_one_place() {
        only("com.mongodb..", "io.chronosdb.mongo..", "io.chronosdb.embedded..", "io.chronosdb.node..");
        only("software.amazon..", "io.chronosdb.archive..");
        only("org.apache.kafka.clients..", "io.chronosdb.log..", "io.chronosdb.embedded..", "io.chronosdb.counters..");
        only("org.apache.kafka.streams..", "io.chronosdb.counters..");
        only("org.rocksdb..", "io.chronosdb.command.state..", "io.chronosdb.counters..");
        only("picocli..", "io.chronosdb.cli..");
        only("io.micrometer..", "io.chronosdb.health..");
        only("com.sun.net.httpserver..", "io.chronosdb.health..");
    }

    private static void only(String technology, String... places) {
        noClasses()
                .that()
                .resideOutsideOfPackages(with(places, "io.chronosdb.testkit..", "io.chronosdb.bench.."))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(technology)
                .check(OURS);
    }

    private static String[] with(String[] packages, String... more) {
        String[] all = java.util.Arrays.copyOf(packages, packages.length + more.length);
        System.arraycopy(more, 0, all, packages.length, more.length);
        return all;
    }
}
