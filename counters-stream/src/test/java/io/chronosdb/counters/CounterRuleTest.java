package io.chronosdb.counters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.counters.CounterRule.Scope;
import io.chronosdb.document.Filter;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Op;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
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

        assertThat(rule).isEqualTo(new CounterRule("gone", Set.of(Op.DELETE, Op.UPDATE), Scope.PAYLOAD, Filter.ALL));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{}; path=counterRules.rules",
                "[1]; path=counterRules.rules[0]",
                "[{'when':{}}]; path=counterRules.rules[0].name",
                "[{'name':'a','when':{}},{'name':'b'}]; path=counterRules.rules[1]",
                "[{'name':'a','when':{}},{'name':'a','when':{}}]; name=a",
                "[{'name':'created','when':{}}]; path=counterRules.rules[0]",
                "[{'name':'a','on':[],'when':{}}]; path=counterRules.rules[0]",
                "[{'name':'a','on':['RESTORE'],'when':{}}]; path=counterRules.rules[0].on[0]",
                "[{'name':'a','scope':'all','when':{}}]; path=counterRules.rules[0].scope",
                "[{'name':'a','when':{'n':{'$where':'1'}}}]; operator=$where",
                "[{'name':'a','when':{'_system.x':1}}]; path=counterRules.rules[0]",
                "[{'name':'a','when':{},'where':{}}]; path=counterRules.rules[0].where"
            })
    void a_rule_that_makes_no_sense_is_refused_with_its_path(String json, String message) {
        assertThatThrownBy(() -> parse(json))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining(message)
                .hasMessageContaining("counterRules.rules");
    }

    private static List<CounterRule> parse(String json) {
        return CounterRule.parseAll(
                Json.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)), "counterRules.rules");
    }
}
