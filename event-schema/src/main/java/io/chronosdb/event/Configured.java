package io.chronosdb.event;

/**
 * The settings that decide commands of a partition from here on, as canonical JSON. They are in the log so that every
 * owner decides by the same ones, whatever its file says.
 *
 * @param settings canonical JSON: the same settings are the same text
 */
public record Configured(String settings) implements Fact {
    @Override
    public <R> R match(Cases<R> cases) {
        return cases.configured(this);
    }
}
