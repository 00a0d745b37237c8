package io.chronosdb.command.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.event.Op;
import io.chronosdb.port.DatabasePartition;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksStateTest extends PartitionStateContract {
    @TempDir
    Path dir;

    private RocksStateStore store;

    @BeforeEach
    void openStore() {
        store = new RocksStateStore(dir);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Override
    protected PartitionState open(DatabasePartition partition) {
        return store.open(partition);
    }

    @Test
    void what_is_committed_survives_a_restart() {
        DatabasePartition partition = new DatabasePartition(Route.runtime("t"), 1);
        open(partition).commit(List.of(version(0, "i", 0, 0, Op.CREATE)));
        store.close();

        store = new RocksStateStore(dir);

        assertThat(open(partition).item(new ItemKey("c", "i"))).isPresent();
        assertThat(open(partition).head().progress().next()).isEqualTo(1);
    }

    @Test
    void a_folder_is_one_process_s_at_a_time() {
        assertThatThrownBy(() -> new RocksStateStore(dir))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another process");
    }
}
