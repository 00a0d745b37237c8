package io.chronosdb.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class FreePortsTest {
    @Test
    void ports_are_distinct_and_free_and_outside_the_range_of_outgoing_connections() {
        List<Integer> ports = FreePorts.distinct(50);

        assertThat(ports).doesNotHaveDuplicates().allMatch(FreePorts::isFree).allMatch(port -> port < 32_768);
    }

    @Test
    void a_port_on_which_someone_listens_is_not_free() throws Exception {
        try (ServerSocket someone = new ServerSocket(FreePorts.one(), 1, InetAddress.getByName("127.0.0.1"))) {
            int port = someone.getLocalPort();

            assertThat(FreePorts.isFree(port)).isFalse();
            assertThatThrownBy(() -> FreePorts.requireFree("kafka", port))
                    .hasMessage("port is taken, server=kafka address=127.0.0.1:" + port);
        }
    }
}
