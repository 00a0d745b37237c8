package io.chronosdb.command;

import io.chronosdb.address.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a command must be like whatever the state is: names, ids and sizes. The client asks before it sends, the processor
 * before it decides.
 */
public final class CommandRules {
    static final int NAME_CHARACTERS_MAX = 1_000;
    static final int REASON_CHARACTERS_MAX = 10_000;
    static final int COMMAND_ID_CHARACTERS_MAX = 200;
    static final int HEADERS_MAX = 20;

    /** Operations of one transaction: it is one event, which has to fit into one record. */
    public static final int OPERATIONS_MAX = 500;

    /** Patches of one enrichment. */
    public static final int PATCHES_MAX = 1_000;

    private static final int PROBLEMS_MAX = 50;
    private static final Pattern FUNCTION_ID = Pattern.compile("[\\x21-\\x7e]{0,200}");

    private CommandRules() {}

    /** Everything that is wrong with a command by itself; nothing if it can be decided. */
    public static List<String> problems(Command command) {
        List<String> problems = new ArrayList<>();
        if (command.action() instanceof Action.Transact transact) {
            problemsOf(transact, problems);
        } else {
            Names.collectionProblem(command.collection()).ifPresent(problems::add);
            command.id().flatMap(Names::itemIdProblem).ifPresent(problems::add);
            if (command.id().isEmpty()
                    && command.action() instanceof Action.OnItem
                    && !(command.action() instanceof Action.Create)) {
                problems.add("the command needs an id");
            }
            problemsOf(command.action(), problems);
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

    private static void problemsOf(Action.Transact transact, List<String> problems) {
        if (transact.operations().isEmpty() || transact.operations().size() > OPERATIONS_MAX) {
            problems.add("a transaction has 1 to " + OPERATIONS_MAX + " operations: operations="
                    + transact.operations().size());
        }
        Set<String> items = new HashSet<>();
        for (Action.Operation operation : transact.operations()) {
            Names.collectionProblem(operation.collection()).ifPresent(problems::add);
            Names.itemIdProblem(operation.id()).ifPresent(problems::add);
            problemsOf(operation.action(), problems);
            if (!items.add(operation.collection() + "/" + operation.id())) {
                problems.add(
                        "an item stands twice in a transaction: item=" + operation.collection() + "/" + operation.id());
            }
            if (problems.size() >= PROBLEMS_MAX) {
                return;
            }
        }
    }

    private static void problemsOf(Action action, List<String> problems) {
        if (action instanceof Action.Enrich enrich) {
            if (!FUNCTION_ID.matcher(enrich.functionId()).matches()) {
                problems.add("a functionId is at most 200 printable ASCII characters without spaces");
            }
            if (enrich.patches().size() > PATCHES_MAX) {
                problems.add("at most " + PATCHES_MAX + " patches: patches="
                        + enrich.patches().size());
            }
        }
    }

    private static Optional<String> tooLong(String what, Optional<String> text, int max) {
        return text.filter(t -> t.length() > max)
                .map(t -> what + " is too long: characters=" + t.length() + " charactersMax=" + max);
    }
}
