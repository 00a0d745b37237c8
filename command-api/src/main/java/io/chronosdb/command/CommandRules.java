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
        command.commandId().flatMap(CommandRules::commandIdProblem).ifPresent(problems::add);
        problem("actor", command.actor(), NAME_CHARACTERS_MAX).ifPresent(problems::add);
        problem("reason", command.reason(), REASON_CHARACTERS_MAX).ifPresent(problems::add);
        if (command.headers().size() > HEADERS_MAX) {
            problems.add("at most " + HEADERS_MAX + " headers: headers="
                    + command.headers().size());
            return problems;
        }
        command.headers().forEach((name, value) -> {
            problem("header name", Optional.of(name), NAME_CHARACTERS_MAX).ifPresent(problems::add);
            problem("header", Optional.of(value), NAME_CHARACTERS_MAX).ifPresent(problems::add);
        });
        return problems;
    }

    private static Optional<String> commandIdProblem(String id) {
        return id.isEmpty()
                ? Optional.of("a command id is 1 to " + COMMAND_ID_CHARACTERS_MAX + " characters")
                : problem("command id", Optional.of(id), COMMAND_ID_CHARACTERS_MAX);
    }

    private static void problemsOf(Action.Transact transact, List<String> problems) {
        if (transact.operations().isEmpty() || transact.operations().size() > OPERATIONS_MAX) {
            problems.add("a transaction has 1 to " + OPERATIONS_MAX + " operations: operations="
                    + transact.operations().size());
        }
        Set<String> items = new HashSet<>();
        for (Action.Operation operation : transact.operations()) {
            Optional<String> name =
                    Names.collectionProblem(operation.collection()).or(() -> Names.itemIdProblem(operation.id()));
            name.ifPresent(problems::add);
            problemsOf(operation.action(), problems);
            if (name.isEmpty() && !items.add(operation.collection() + "/" + operation.id())) {
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

    private static Optional<String> problem(String what, Optional<String> text, int max) {
        return text.flatMap(t -> t.length() > max
                ? Optional.of(what + " is too long: characters=" + t.length() + " charactersMax=" + max)
                : isWellFormed(t)
                        ? Optional.empty()
                        : Optional.of(what + " has half a surrogate pair, which no log can keep"));
    }

    /** JSON and Java can spell half a surrogate pair, UTF-8 can't: what is kept would not be what was decided. */
    private static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
