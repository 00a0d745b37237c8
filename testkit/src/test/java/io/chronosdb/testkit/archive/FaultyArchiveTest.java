package io.chronosdb.testkit.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.port.ObjectKey;
import io.chronosdb.testkit.archive.FaultyArchive.Fault;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FaultyArchiveTest {
    private static final ObjectKey KEY = new ObjectKey("bucket", "key");
    private static final byte[] BODY = {1};

    private final InMemoryArchive store = new InMemoryArchive();
    private final FaultyArchive faulty = new FaultyArchive(store);

    @Test
    void a_refused_put_stores_nothing_and_the_next_one_succeeds() {
        faulty.failNextPut(KEY::equals, Fault.REFUSED);

        assertThatThrownBy(() -> faulty.putIfAbsent(KEY, BODY).join()).hasCauseInstanceOf(Unavailable.class);
        assertThat(store.keys()).isEmpty();
        assertThat(faulty.putIfAbsent(KEY, BODY).join()).isTrue();
    }

    @Test
    void a_put_whose_answer_is_lost_is_stored() {
        faulty.failNextPut(KEY::equals, Fault.ANSWER_LOST);

        assertThatThrownBy(() -> faulty.put(KEY, BODY).join()).hasCauseInstanceOf(Unavailable.class);
        assertThat(faulty.get(KEY).join()).hasValue(BODY);
        assertThat(faulty.putIfAbsent(KEY, BODY).join()).isFalse();
    }

    @Test
    void only_puts_of_the_keys_that_were_named_fail() {
        faulty.failNextPut(key -> key.key().equals("other"), Fault.REFUSED);

        assertThat(faulty.putIfAbsent(KEY, BODY).join()).isTrue();
    }
}
