package io.chronosdb.counters;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Json;
import io.chronosdb.event.Op;
import io.chronosdb.event.Version;
import io.chronosdb.port.Counts;
import io.chronosdb.port.Measure.Count;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TallyTest {
    private static final CollectionMap STATUS_ONLY = new CollectionMap(List.of("status"), List.of());

    @Test
    void each_operation_has_its_number() {
        assertThat(count(tally("[]"), Op.CREATE, Op.UPDATE, Op.UPDATE, Op.DELETE, Op.DELETE, Op.DELETE))
                .isEqualTo(new Counts(1, 2, 3, Map.of()));
        assertThat(count(tally("[]"), Op.values())).isEqualTo(new Counts(1, Op.values().length - 2, 1, Map.of()));
    }

    @Test
    void a_meta_rule_sees_indexed_properties_and_a_payload_rule_sees_all() {
        Tally tally = tally("[{'name':'meta','when':{'age':7}},{'name':'payload','scope':'payload','when':{'age':7}},"
                + "{'name':'indexed','when':{'status':'on'}},"
                + "{'name':'metaSum','sum':'age'},{'name':'payloadSum','scope':'payload','sum':'age'},"
                + "{'name':'metaUnique','countUnique':'age'},{'name':'indexedUnique','countUnique':'status'}]");

        Counts counts = tally.of(version(Op.CREATE, "{\"status\":\"on\",\"age\":7}"), STATUS_ONLY);

        assertThat(numbers(counts))
                .isEqualTo("{indexed=1, indexedUnique=1, meta=0, metaSum=0, metaUnique=0, payload=1, payloadSum=7}");
    }

    @Test
    void where_everything_is_indexed_a_meta_rule_sees_all() {
        Tally tally = tally("[{'name':'deep','when':{'a.b':{'$gte':2}}}]");

        assertThat(numbers(of(tally, Op.CREATE, "{\"a\":[{\"b\":1},{\"b\":2}]}")))
                .isEqualTo("{deep=1}");
    }

    @Test
    void a_rule_looks_only_at_its_operations() {
        Tally tally = tally("[{'name':'c','on':['CREATE'],'sum':'n'},{'name':'d','on':['DELETE'],'when':{}},"
                + "{'name':'default','countUnique':'id'}]");

        Counts counts = Tally.plus(
                Tally.plus(of(tally, Op.CREATE, "{\"n\":1}"), of(tally, Op.UPDATE, "{\"n\":2}")),
                of(tally, Op.DELETE, ""));

        assertThat(numbers(counts)).isEqualTo("{c=1, d=1, default=1}");
    }

    @Test
    void sums_are_exact_over_lists_of_objects_and_pass_over_what_is_no_number() {
        Tally tally = tally("[{'name':'sum','sum':'lines[].amount'}]");

        Counts counts = Tally.plus(
                of(tally, Op.CREATE, "{\"lines\":[{\"amount\":0.10},{\"amount\":[0.2,-1]},{\"amount\":\"9\"},{}]}"),
                of(tally, Op.UPDATE, "{\"lines\":{\"amount\":1e1000000}}"));

        assertThat(numbers(counts)).isEqualTo("{sum=-0.70}");
    }

    @Test
    void different_values_are_told_apart_by_type_and_value() {
        Tally tally = tally("[{'name':'u','countUnique':'v'}]");

        Counts counts = of(
                tally, Op.CREATE, "{\"v\":[1,1.0,10e-1,\"1\",true,\"true\",null,{\"a\":1},0,-0.0,\"\",\"ü\",1e400]}");

        assertThat(numbers(counts)).isEqualTo("{u=8}");
    }

    @Test
    void a_deletion_has_no_document_but_system_fields() {
        Tally tally = tally("[{'name':'status','on':['DELETE'],'when':{'status':'on'}},"
                + "{'name':'none','on':['DELETE'],'when':{'status':{'$exists':false}}},"
                + "{'name':'ada','on':['DELETE'],'when':{'_system.actor':'ada','op':'delete','id':'i'}},"
                + "{'name':'who','on':['DELETE'],'countUnique':'_system.actor'},"
                + "{'name':'sum','on':['DELETE'],'sum':'n'},"
                + "{'name':'late','on':['DELETE'],'when':{'_system.deletedAt':{'$gt':'2026-06-01T00:00:00Z'}}}]");

        assertThat(numbers(of(tally, Op.DELETE, ""))).isEqualTo("{ada=1, late=0, none=1, status=0, sum=0, who=1}");
    }

    @Test
    void a_document_that_is_none_counts_as_an_empty_one() {
        Tally tally = tally("[{'name':'all','when':{}},{'name':'some','when':{'a':{'$exists':true}}}]");

        assertThat(of(tally, Op.CREATE, "{\"a\":"))
                .isEqualTo(new Counts(1, 0, 0, Map.of("all", new Count(1), "some", new Count(0))));
    }

    @Test
    void a_rule_that_was_added_or_measures_otherwise_starts_at_nothing_and_one_that_was_taken_away_is_gone() {
        Counts before = new Counts(5, 0, 0, Map.of("old", new Count(3), "kept", new Count(2), "other", new Count(9)));
        Tally tally = tally("[{'name':'kept'},{'name':'new'},{'name':'other','sum':'n'}]");

        Counts counts = Tally.plus(before, of(tally, Op.CREATE, "{\"n\":0.5}"));

        assertThat(counts.created()).isEqualTo(6);
        assertThat(numbers(counts)).isEqualTo("{kept=3, new=1, other=0.5}");
    }

    private static Counts count(Tally tally, Op... ops) {
        Counts counts = Counts.NONE;
        for (Op op : ops) {
            counts = Tally.plus(counts, of(tally, op, "{}"));
        }
        return counts;
    }

    private static Counts of(Tally tally, Op op, String document) {
        return tally.of(version(op, document), CollectionMap.EVERYTHING);
    }

    private static String numbers(Counts counts) {
        return counts.totals().rules().toString();
    }

    private static Version version(Op op, String document) {
        Optional<String> payload = op == Op.DELETE ? Optional.empty() : Optional.of(document);
        return ChainWriter.version("c", "i", op, payload, Instant.parse("2026-01-31T12:00:00Z"));
    }

    private static Tally tally(String rules) {
        return new Tally(
                CounterRule.parseAll(Json.parse(rules.replace('\'', '"').getBytes(StandardCharsets.UTF_8)), "rules"));
    }
}
