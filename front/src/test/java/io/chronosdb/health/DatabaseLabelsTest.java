package io.chronosdb.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.address.Route;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DatabaseLabelsTest {
    private final DatabaseLabels labels = new DatabaseLabels();

    @Test
    void a_hundred_databases_have_names_and_keep_them_and_the_rest_has_one() {
        for (int i = 0; i < DatabaseLabels.NAMED_MAX; i++) {
            assertThat(labels.of(Route.runtime("t" + i))).isEqualTo("runtime.t" + i);
        }

        assertThat(labels.of(Route.runtime("one-more"))).isEqualTo("other");
        assertThat(labels.of(Route.runtime("t7"))).isEqualTo("runtime.t7");
    }
}
