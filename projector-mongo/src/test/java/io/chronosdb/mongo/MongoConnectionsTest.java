package io.chronosdb.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoClient;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.port.ArchiveLocation;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MongoConnectionsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "mongodb://ada:sesame/open@host:1/",
                "mongodb://ada:sesame@:x",
                "mongodb://ada:sesame%zz@host/",
                "mongodb://ada@sesame@host/",
                "postgres://ada:sesame@host/",
                "sesame"
            })
    void an_address_that_is_none_is_refused_without_quoting_it(String uri) {
        assertThatThrownBy(() -> MongoConnections.open(uri))
                .isInstanceOf(Invalid.class)
                .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("sesame"));
    }

    @Test
    void a_server_that_is_not_there_is_unavailable_and_no_secret_is_in_the_stack_trace() {
        IndexSettings settings =
                new IndexSettings("acme", c -> CollectionMap.EVERYTHING, new ArchiveLocation("bucket", ""), false);
        try (MongoClient client = MongoConnections.open("mongodb://ada:sesame@127.0.0.1:1/?replicaSet=rs0")) {
            MongoIndex index = new MongoIndex(Route.runtime("acme"), settings, client);

            assertThatThrownBy(() -> index.head(new ItemKey("users", "a")))
                    .isInstanceOf(Unavailable.class)
                    .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("sesame"));
        }
    }

    private static String stackTrace(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
