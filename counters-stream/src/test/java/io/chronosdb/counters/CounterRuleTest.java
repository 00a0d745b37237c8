package io.chronosdb.counters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.chronosdb.counters.CounterRule.Scope;
import io.chronosdb.document.Field;
import io.chronosdb.document.Filter;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Op;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CounterRuleTest {
    @Test
    void a_rule_that_says_little_counts_creations_and_updates_by_indexed_properties() {
        CounterRule rule =
                parse("[{'name':'active','when':{'status':'active'}}]").get(0);

        assertThat(rule.on()).isEqualTo(Set.of(Op.CREATE, Op.UPDATE));
        assertThat(rule.scope()).isEqualTo(Scope.META);
    }

    @Test
    void a_rule_may_say_everything() {
        CounterRule rule = parse("[{'name':'gone','on':['DELETE','update'],'scope':'payload','when':{}}]")
                .get(0);

        assertThat(rule)
                .isEqualTo(new CounterRule(
                        "gone", Set.of(Op.DELETE, Op.UPDATE), Scope.PAYLOAD, Filter.ALL, new Quantity.Events()));
    }

    @Test
    void a_rule_without_a_condition_counts_always_and_may_sum_or_count_different_values() {
        List<CounterRule> rules = parse("[{'name':'all'},{'name':'revenue','sum':'lines[].amount'},"
                + "{'name':'actors','countUnique':'_system.actor'}]");

        assertThat(rules).allMatch(rule -> rule.when().equals(Filter.ALL));
        assertThat(rules)
                .extracting(CounterRule::quantity)
                .containsExactly(
                        new Quantity.Events(),
                        new Quantity.SumOf(new Field(false, "lines.amount")),
                        new Quantity.UniqueOf(new Field(true, "actor")));
    }

    @Test
    void updates_stand_for_everything_that_is_neither_a_creation_nor_a_deletion() {
        CounterRule updates = parse("[{'name':'a','on':['UPDATE']}]").get(0);
        CounterRule others = parse("[{'name':'a','on':['CREATE','DELETE']}]").get(0);

        for (Op op : Op.values()) {
            assertThat(updates.looksAt(op)).as("%s", op).isEqualTo(op != Op.CREATE && op != Op.DELETE);
            assertThat(others.looksAt(op)).as("%s", op).isEqualTo(op == Op.CREATE || op == Op.DELETE);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{}; expected a list; rules",
                "[1]; expected an object; rules[0]",
                "[{'when':{}}]; found nothing; rules[0].name",
                "[{'name':'a','when':{}},{'name':'b','when':7}]; $; rules[1].when",
                "[{'name':'a','when':{}},{'name':'a','when':{}}]; name=a; rules",
                "[{'name':'created','when':{}}]; none of created; rules[0].name",
                "[{'name':'start','when':{}}]; none of created; rules[0].name",
                "[{'name':'a','on':[],'when':{}}]; list of operations; rules[0].on",
                "[{'name':'a','on':['SHRED'],'when':{}}]; SHRED; rules[0].on[0]",
                "[{'name':'a','scope':'all','when':{}}]; META; rules[0].scope",
                "[{'name':'a','when':{'n':{'$where':'1'}}}]; operator=$where; rules[0].when",
                "[{'name':'a','when':{'_system.x':1}}]; _system.x; rules[0].when",
                "[{'name':'a','sum':7}]; expected a string; rules[0].sum",
                "[{'name':'a','sum':'a..b'}]; a..b; rules[0].sum",
                "[{'name':'a','countUnique':'_system.x'}]; _system.x; rules[0].countUnique",
                "[{'name':'a','sum':'a','countUnique':'b'}]; two counters; rules[0].countUnique",
                "[{'name':'a','when':{},'where':{}}]; unknown key; rules[0].where"
            })
    void a_rule_that_makes_no_sense_is_refused_with_its_path(String json, String message, String path) {
        assertThatThrownBy(() -> parse(json))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("$".equals(message) ? "" : message)
                .hasMessageEndingWith(" path=" + path);
    }

    @Test
    void everything_that_is_wrong_is_told_at_once() {
        List<String> paths = new ArrayList<>();

        CounterRule.parseAll(
                json("[{'on':['X'],'scope':'y','sum':1},{'name':'fine'},{'name':'b','why':1}]"),
                "$.rules",
                (path, message) -> paths.add(path));

        assertThat(paths)
                .containsExactlyInAnyOrder(
                        "$.rules[0].name", "$.rules[0].on[0]", "$.rules[0].scope", "$.rules[0].sum", "$.rules[2].why");
    }

    @Test
    void rules_that_would_make_records_too_large_are_refused() {
        assertThatThrownBy(() -> parse(rules(101, ""))).hasMessageContaining("rulesMax=100");
        assertThatThrownBy(() -> parse(rules(21, ",'countUnique':'c'"))).hasMessageContaining("rulesMax=20");
        assertThat(parse(rules(100, ""))).hasSize(100);
        assertThat(parse(rules(20, ",'countUnique':'c'"))).hasSize(20);
    }

    private static String rules(int count, String more) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{'name':'r" + i + "'" + more + "}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static List<CounterRule> parse(String json) {
        return CounterRule.parseAll(json(json), "rules");
    }

    private static JsonNode json(String json) {
        return Json.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
