package io.chronosdb.config;

import java.util.List;

/** A configuration that cannot be used, with every reason. Usage errors end the command line with status 2. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /**
     * One reason.
     *
     * @param path where, for example {@code $.databases.runtime.tenantDatabases[0].dbName}
     * @param message what was expected, and what was found unless it is a secret
     */
    public record Problem(String path, String message) {
        @Override
        public String toString() {
            return path + ": " + message;
        }
    }

    public ConfigException(String source, List<Problem> problems) {
        super("the configuration has " + problems.size() + (problems.size() == 1 ? " problem" : " problems") + ": "
                + source + "\n  "
                + String.join("\n  ", problems.stream().map(Problem::toString).toList()));
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }
}
