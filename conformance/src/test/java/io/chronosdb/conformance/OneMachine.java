package io.chronosdb.conformance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.node.EmbeddedSystem;
import io.chronosdb.node.Node;
import io.chronosdb.node.Role;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** A whole system in this JVM, with payloads as files: for all test classes that want one. */
final class OneMachine {
    private static final OneMachine SHARED = new OneMachine();

    private final EmbeddedSystem system;

    private OneMachine() {
        Path dir = Path.of("target", "machines", UUID.randomUUID().toString()).toAbsolutePath();
        system = EmbeddedSystem.start(dir, OneMachine::configure, line -> {});
        Node node = Node.start(ChronosConfig.read(system.configFile()), Role.byDefault());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            node.close();
            system.close();
        }));
    }

    static Path configFile() {
        return SHARED.system.configFile();
    }

    /** What docs/conformance.md says, and a limit that is soon reached. */
    static void configure(ObjectNode config) {
        config.put("payloadBytesMax", 200_000);
        ObjectNode maps = config.putObject("collectionMaps");
        maps.putObject(Installation.BY_ITEM).put("chooseKey", "collection:objectId");
        ObjectNode strict = maps.putObject(Installation.STRICT);
        List.of("run", "email", "address.city", "tags[]").forEach(strict.putArray("indexedProps")::add);
        List.of("email", "address.city").forEach(strict.putObject("validation").putArray("requiredIndexed")::add);
        config.putObject("counterRules")
                .putArray("rules")
                .addObject()
                .put("name", Installation.PAID)
                .putObject("when")
                .put("status", "paid");
    }
}
