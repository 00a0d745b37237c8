package io.chronosdb.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.error.ChronosException.Invalid;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class KeptPathsTest {
    private static final String DOCUMENT = """
            {"email":"a","address":{"city":"Bern","zip":3000},"tags":["x",{"n":1,"m":2},[{"n":3}]],"none":null,"n":1.10}""";

    @Test
    void no_paths_keep_everything() {
        assertThat(kept()).isEqualTo(DOCUMENT);
    }

    @Test
    void a_path_keeps_what_is_at_it_and_below_it_in_the_documents_order() {
        assertThat(kept("n", "email")).isEqualTo("{\"email\":\"a\",\"n\":1.10}");
        assertThat(kept("address.city")).isEqualTo("{\"address\":{\"city\":\"Bern\"}}");
        assertThat(kept("address")).isEqualTo("{\"address\":{\"city\":\"Bern\",\"zip\":3000}}");
        assertThat(kept("none")).isEqualTo("{\"none\":null}");
    }

    @Test
    void objects_in_arrays_are_descended_into() {
        assertThat(kept("tags.n")).isEqualTo("{\"tags\":[{\"n\":1},[{\"n\":3}]]}");
    }

    @Test
    void the_wider_of_two_paths_counts_in_whatever_order_they_stand() {
        String both = "{\"address\":{\"city\":\"Bern\",\"zip\":3000}}";

        assertThat(kept("address", "address.city")).isEqualTo(both);
        assertThat(kept("address.city", "address")).isEqualTo(both);
        assertThat(kept("address.city", "address.zip")).isEqualTo(both);
    }

    @Test
    void what_a_document_does_not_have_is_absent() {
        assertThat(kept("missing", "email.deeper")).isEqualTo("{}");
        assertThat(kept("address.missing.deeper")).isEqualTo("{\"address\":{}}");
    }

    @Test
    void what_is_no_path_or_too_many_is_refused() {
        for (String path : List.of("", ".", "a.", ".a", "a..b", "_system", "_system.ov", "a.".repeat(100) + "a")) {
            assertThatThrownBy(() -> kept(path)).as(path).isInstanceOf(Invalid.class);
        }
        assertThatThrownBy(() -> new KeptPaths(Collections.nCopies(101, "a"))).isInstanceOf(Invalid.class);
    }

    private static String kept(String... paths) {
        return new KeptPaths(List.of(paths))
                .of(Json.parseObject(DOCUMENT.getBytes(StandardCharsets.UTF_8)))
                .toString();
    }
}
