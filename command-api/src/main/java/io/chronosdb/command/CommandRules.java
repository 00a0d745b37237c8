package io.chronosdb.command;

import io.chronosdb.address.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a command must be like whatever the state is: names, ids and sizes. The client asks before it sends, the processor
 * before it decides.
 */
public final class CommandRules {
    static final int NAME_CHARACTERS_MAX = 1_000;
    static final int REASON_CHARACTERS_MAX = 10_000;
    static final int COMMAND_ID_CHARACTERS_MAX = 200;
    static final int HEADERS_MAX = 20;

    private CommandRules() {}

    /** Everything that is wrong with a command by itself; nothing if it can be decided. */
    public static List<String> problems(Command command) {
        List<String> problems = new ArrayList<>();
        Names.collectionProblem(command.collection()).ifPresent(problems::add);
        command.id().flatMap(Names::itemIdProblem).ifPresent(problems::add);
        if (command.id().isEmpty() && !(command.action() instanceof Action.Create)) {
            problems.add("the command needs an id");
        }
        command.commandId()
                .filter(id -> id.isEmpty() || id.length() > COMMAND_ID_CHARACTERS_MAX)
                .ifPresent(id -> problems.add("a command id is 1 to " + COMMAND_ID_CHARACTERS_MAX + " characters"));
        tooLong("actor", command.actor(), NAME_CHARACTERS_MAX).ifPresent(problems::add);
        tooLong("reason", command.reason(), REASON_CHARACTERS_MAX).ifPresent(problems::add);
        if (command.headers().size() > HEADERS_MAX) {
            problems.add("at most " + HEADERS_MAX + " headers: headers="
                    + command.headers().size());
        }
        command.headers().forEach((name, value) -> {
            tooLong("header name", Optional.of(name), NAME_CHARACTERS_MAX).ifPresent(problems::add);
            tooLong("header", Optional.of(value), NAME_CHARACTERS_MAX).ifPresent(problems::add);
        });
        return problems;
    }

    private static Optional<String> tooLong(String what, Optional<String> text, int max) {
        return text.filter(t -> t.length() > max)
                .map(t -> what + " is too long: characters=" + t.length() + " charactersMax=" + max);
    }
}
