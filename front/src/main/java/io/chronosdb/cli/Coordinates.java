package io.chronosdb.cli;

import io.chronosdb.Chronos;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.address.Database;
import io.chronosdb.address.DatabaseType;
import io.chronosdb.address.Route;
import io.chronosdb.address.Selection;
import io.chronosdb.address.Tier;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.node.EmbeddedSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command goes: the configuration and the address, the same options everywhere. */
final class Coordinates {
    static final Path DATA_DIR = Path.of("chronos-data");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Configuration. Default: ./chronos.json, else ./chronos-data/chronos.json.")
    @Nullable
    Path config;

    @Option(
            names = "--database",
            paramLabel = "TYPE",
            required = true,
            description = "Database type: ${COMPLETION-CANDIDATES}.")
    DatabaseType type = DatabaseType.RUNTIME;

    @Option(
            names = "--tier",
            paramLabel = "TIER",
            description = "Tier: ${COMPLETION-CANDIDATES}. Default: by --tenant or --domain, else GENERIC.")
    @Nullable
    Tier tier;

    @Option(names = "--tenant", paramLabel = "ID", description = "Tenant, in the tenant tier.")
    @Nullable
    String tenant;

    @Option(names = "--domain", paramLabel = "NAME", description = "Domain, in the domain tier.")
    @Nullable
    String domain;

    /** What of a database is meant: all of it, a collection, or an item of it. */
    static Selection selection(@Nullable String collection, @Nullable String id) {
        try {
            return new Selection(Optional.ofNullable(collection), Optional.ofNullable(id));
        } catch (Invalid e) {
            throw new UsageException(e.getMessage());
        }
    }

    ChronosConfig readConfig() {
        return ChronosConfig.read(configFile(config));
    }

    /** The file that is named, or the first default that is there. */
    static Path configFile(@Nullable Path named) {
        if (named != null) {
            return named;
        }
        Path here = Path.of(EmbeddedSystem.CONFIG_FILE);
        Path embedded = DATA_DIR.resolve(EmbeddedSystem.CONFIG_FILE);
        if (Files.exists(here)) {
            return here;
        }
        if (Files.exists(embedded)) {
            return embedded;
        }
        throw new UsageException("no configuration: neither " + here + " nor " + embedded
                + " is there; start ./chronos up, or name a file with --config");
    }

    Database database() {
        Tier chosen = tier != null ? tier : tenant != null ? Tier.TENANT : domain != null ? Tier.DOMAIN : Tier.GENERIC;
        if ((tenant != null) != (chosen == Tier.TENANT) || (domain != null) != (chosen == Tier.DOMAIN)) {
            throw new UsageException("the " + chosen.label() + " tier takes "
                    + switch (chosen) {
                        case GENERIC -> "neither --tenant nor --domain";
                        case DOMAIN -> "--domain, and no --tenant";
                        case TENANT -> "--tenant, and no --domain";
                    });
        }
        try {
            return new Database(type, chosen, tenant != null ? tenant : domain != null ? domain : "");
        } catch (Invalid e) {
            throw new UsageException(e.getMessage());
        }
    }

    /** A collection within the database. */
    static final class InCollection {
        @picocli.CommandLine.Mixin
        Coordinates coordinates = new Coordinates();

        @Option(names = "--collection", paramLabel = "NAME", required = true, description = "Collection.")
        String collection = "";

        Route route() {
            try {
                return coordinates.database().collection(collection);
            } catch (Invalid e) {
                throw new UsageException(e.getMessage());
            }
        }

        /** Opens the client, does the work, closes it. */
        <T> T with(Work<T> work) throws Exception {
            Route route = route();
            try (Chronos chronos = Chronos.open(coordinates.readConfig())) {
                return work.on(chronos.with(route));
            }
        }
    }

    /** What a command does with its collection. */
    interface Work<T> {
        T on(ItemCollection items) throws Exception;
    }

    /** Who writes, and why. */
    static final class Author {
        @Option(names = "--actor", paramLabel = "NAME", description = "Who writes; recorded with the version.")
        @Nullable
        String actor;

        @Option(names = "--reason", paramLabel = "TEXT", description = "Why; recorded with the version.")
        @Nullable
        String reason;

        @Option(
                names = "--command-id",
                paramLabel = "ID",
                description = "Idempotency key: a repeated one makes no second version.")
        @Nullable
        String commandId;

        Write write() {
            Write write = Write.PLAIN.with(Optional.ofNullable(actor), Optional.ofNullable(reason));
            return commandId == null ? write : write.withCommandId(commandId);
        }
    }
}
