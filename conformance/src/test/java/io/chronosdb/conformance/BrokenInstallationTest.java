package io.chronosdb.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.Chronos;
import io.chronosdb.Fault;
import io.chronosdb.FaultyClient;
import io.chronosdb.address.Route;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.conformance.Result.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An installation that does something wrong breaks promises: the kit can fail. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class BrokenInstallationTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DROPS_UPDATES | an update replaces the document",
                "DROPS_UPDATES | random histories of several clients are what a model says, in a collection ordered",
                "IGNORES_EXPECTATIONS | an update that expects an old version is refused",
                "IGNORES_EXPECTATIONS | writers in two processes who go by what they read lose no update",
                "ONLY_PLANS_RESTORATIONS | a collection goes back to one exact cut, by version",
                "READS_THE_VERSION_BEFORE | the latest version comes with",
                "READS_VERSIONS_WITHOUT_THE_ID | a version is that item's",
                "READS_THE_OLDEST_AS_OF | an item is read as it was at any moment",
                "HISTORY_IS_OLDEST_FIRST | a history is newest first",
                "IGNORES_FILTERS | every operator of a filter finds what it says",
                "LOSES_A_PAGES_LAST_ITEM | pages together are the list",
                "WAITS_FOR_NOTHING | a handle sees its own writes",
                "MIXES_TENANTS | what one database has, no other one can read",
                "COUNTS_TWICE | what was refused, repeated or without effect is not counted",
            })
    void a_fault_breaks_the_promise_that_names_it(String fault, String name) throws Exception {
        Fault wrong = (Fault) Fault.class.getField(fault).get(null);

        assertThat(outcomes(List.of(promise(name)), wrong)).containsExactly(Outcome.BROKEN);
    }

    @Test
    void the_same_client_without_a_fault_keeps_them() throws Exception {
        List<Promise> promises = Stream.of(
                        "an update replaces the document",
                        "an update that expects an old version is refused",
                        "a collection goes back to one exact cut, by version",
                        "every operator of a filter finds what it says",
                        "a handle sees its own writes",
                        "what was refused, repeated or without effect is not counted")
                .map(BrokenInstallationTest::promise)
                .toList();

        assertThat(outcomes(promises, new Fault() {})).hasSize(6).containsOnly(Outcome.KEPT);
    }

    private static Promise promise(String name) {
        return Promises.ALL.stream()
                .filter(each -> each.name().startsWith(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<Outcome> outcomes(List<Promise> promises, Fault fault) throws Exception {
        ChronosConfig config = ChronosConfig.read(OneMachine.configFile());
        try (Chronos one = Chronos.open(config);
                Chronos two = Chronos.open(config);
                FaultyClient faulty = new FaultyClient(config, fault)) {
            Installation installation = new Installation(
                    one,
                    two,
                    Route.runtime("tenant-a"),
                    Route.runtime("tenant-b"),
                    (client, route) -> faulty.with(route),
                    "conformance-" + UUID.randomUUID().toString().substring(0, 8),
                    4711);
            List<Outcome> outcomes = new ArrayList<>();
            new Runner(installation).run(promises, result -> {
                System.out.println(result.text());
                outcomes.add(result.outcome());
            });
            return outcomes;
        }
    }
}
