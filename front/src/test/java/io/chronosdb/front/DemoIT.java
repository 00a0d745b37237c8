package io.chronosdb.front;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DemoIT {
    @Test
    void the_demo_tells_its_story_and_every_step_checks_out() throws Exception {
        Installed.Ended demo = new Installed("demo").shell("./chronos demo");

        assertThat(demo.output()).doesNotContain("✗").contains("7. ").containsPattern("(?m)^demo: ok$");
        assertThat(demo.status()).isZero();
    }
}
