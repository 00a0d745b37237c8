package io.chronosdb.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.Json;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import org.apache.kafka.common.utils.AppInfoParser;

/** What was measured on. */
final class Environment {
    private Environment() {}

    static ObjectNode json() {
        return Json.object()
                .put("at", Instant.now().toString())
                .put("cores", Runtime.getRuntime().availableProcessors())
                .put("heapBytesMax", Runtime.getRuntime().maxMemory())
                .put("load", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage())
                .put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"))
                .put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"))
                .put("kafkaClients", AppInfoParser.getVersion());
    }
}
