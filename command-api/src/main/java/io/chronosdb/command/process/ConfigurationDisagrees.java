package io.chronosdb.command.process;

/**
 * The routing recorded with a database's topics is not the configured one. Commands would be looked for in other
 * partitions than where their items' history is, so the process must not serve; a person decides which is right.
 */
public final class ConfigurationDisagrees extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ConfigurationDisagrees(String message) {
        super(message);
    }
}
