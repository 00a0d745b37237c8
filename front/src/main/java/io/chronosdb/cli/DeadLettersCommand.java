package io.chronosdb.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.ItemDocument;
import io.chronosdb.document.Json;
import io.chronosdb.event.Event;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Times;
import io.chronosdb.event.Version;
import io.chronosdb.node.DeadLetters;
import io.chronosdb.node.DeadLetters.Id;
import io.chronosdb.node.DeadLetters.Letter;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.ParkedEvent;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What was put aside. */
@Command(
        name = "dead-letters",
        mixinStandardHelpOptions = true,
        description = {
            "Events that the index or the archive could not take, and those that wait behind them; and commands that were refused and"
                    + " asked for no answer.",
            "Everything in the log stays there, whatever is done with its letter."
        },
        subcommands = {
            DeadLettersCommand.ListThem.class,
            DeadLettersCommand.Show.class,
            DeadLettersCommand.Retry.class,
            DeadLettersCommand.Drop.class
        },
        synopsisSubcommandLabel = "list|show|retry|drop")
final class DeadLettersCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        throw new UsageException("expected list, show, retry or drop; ./chronos dead-letters --help says what they do");
    }

    /** Lists them. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists them, a line of JSON each: the index's, the archive's, then refused commands.")
    static final class ListThem implements Callable<Integer> {
        @Mixin
        Coordinates at = new Coordinates();

        @Override
        public Integer call() {
            try (DeadLetters letters = new DeadLetters(at.readConfig(), at.database())) {
                letters.forEach(letter -> Output.result(json(letter)));
            }
            return 0;
        }
    }

    /** Shows one. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Shows one whole: the versions of the event with their documents, or the command.")
    static final class Show implements Callable<Integer> {
        @Mixin
        Coordinates at = new Coordinates();

        @Parameters(paramLabel = "ID", description = "As list says it, for example index/0/17.")
        String id = "";

        @Override
        public Integer call() {
            try (DeadLetters letters = new DeadLetters(at.readConfig(), at.database())) {
                Letter letter = letters.get(Id.parse(id));
                ObjectNode json = json(letter);
                letter.event().ifPresent(parked -> show(json, letters.event(parked)));
                letter.command().ifPresent(command -> show(json, command));
                Output.result(json);
            }
            return 0;
        }

        private static void show(ObjectNode json, Optional<Event> event) {
            json.put("inTheLog", event.isPresent());
            var versions = json.putArray("versions");
            for (Version version : event.map(it -> it.fact().versions()).orElse(List.of())) {
                ObjectNode one = versions.addObject().put("item", version.item().toString());
                one.set("_system", ItemDocument.system(version));
                version.payload().map(Payload::json).map(Json::parseObject).ifPresent(data -> one.set("data", data));
            }
        }

        private static void show(ObjectNode json, LogRecord command) {
            ObjectNode headers = json.putObject("headers");
            new TreeMap<>(command.headers()).forEach(headers::put);
            try {
                json.put(
                        "text",
                        StandardCharsets.UTF_8
                                .newDecoder()
                                .decode(ByteBuffer.wrap(command.value()))
                                .toString());
            } catch (CharacterCodingException e) {
                json.put("base64", Base64.getEncoder().encodeToString(command.value()));
            }
        }
    }

    /** Which ones something is done about. */
    abstract static class Doing implements Callable<Integer> {
        @Mixin
        Coordinates at = new Coordinates();

        @Parameters(paramLabel = "ID", arity = "0..*", description = "As list says them, for example index/0/17.")
        List<String> ids = new ArrayList<>();

        @Option(names = "--all", description = "All events that are parked because they were not taken.")
        boolean all;

        @Option(
                names = "--wait",
                paramLabel = "SECONDS",
                defaultValue = "30",
                description = "How long to wait for whoever projects the partition. Default: ${DEFAULT-VALUE}.")
        int seconds;

        @Override
        public Integer call() {
            if (all == !ids.isEmpty()) {
                throw new UsageException("name letters by their ids, or give --all");
            }
            boolean done = true;
            try (DeadLetters letters = new DeadLetters(at.readConfig(), at.database())) {
                List<Id> chosen =
                        all ? refused(letters) : ids.stream().map(Id::parse).toList();
                for (Id id : chosen) {
                    done &= tried(letters, id);
                }
            }
            return done ? 0 : Main.REJECTED;
        }

        private static List<Id> refused(DeadLetters letters) {
            List<Id> ids = new ArrayList<>();
            letters.forEach(letter ->
                    letter.event().filter(event -> event.attempts() > 0).ifPresent(event -> ids.add(letter.id())));
            return ids;
        }

        private boolean tried(DeadLetters letters, Id id) {
            boolean done = on(letters, id, Duration.ofSeconds(seconds));
            ObjectNode json = Json.object().put("id", id.toString()).put("done", done);
            if (!done) {
                letters.get(id).event().ifPresent(event -> json.put("cause", event.cause()));
            }
            Output.result(json);
            return done;
        }

        /** @return whether it is done */
        abstract boolean on(DeadLetters letters, Id id, Duration patience);
    }

    /** Tries again. */
    @Command(
            name = "retry",
            mixinStandardHelpOptions = true,
            description = {
                "Has the projection try events again; those that wait behind them follow in order. Or submits refused commands again.",
                "Prints a line each. Ends with status 1 if one was not taken, and says why."
            })
    static final class Retry extends Doing {
        @Override
        boolean on(DeadLetters letters, Id id, Duration patience) {
            return letters.retry(id, patience);
        }
    }

    /** Does without. */
    @Command(
            name = "drop",
            mixinStandardHelpOptions = true,
            description = {
                "Does without events in a copy for good, so that those that wait behind them follow. The log keeps them: verify names"
                        + " the copy's lack, and a rebuild brings them back if they can be taken by then."
            })
    static final class Drop extends Doing {
        @Override
        boolean on(DeadLetters letters, Id id, Duration patience) {
            letters.drop(id, patience);
            return true;
        }
    }

    private static ObjectNode json(Letter letter) {
        ObjectNode json = Json.object().put("id", letter.id().toString());
        letter.event().ifPresent(event -> {
            json.put("position", event.position().token());
            event.items().stream().map(Object::toString).sorted().forEach(json.putArray("items")::add);
            json.put("attempts", event.attempts());
            json.put("cause", event.cause());
            json.put("at", Times.format(event.at()));
            event.wish()
                    .map(ParkedEvent.Wish::name)
                    .ifPresent(wish -> json.put("wanted", wish.toLowerCase(Locale.ROOT)));
        });
        letter.command().ifPresent(command -> {
            json.put("code", command.headers().getOrDefault("chronos-code", ""));
            json.put("cause", command.headers().getOrDefault("chronos-reason", ""));
            json.put("source", command.headers().getOrDefault("chronos-source", ""));
            json.put("at", Times.format(command.appendedAt()));
        });
        return json;
    }
}
