package io.chronosdb.port;

/** One partition of one topic. */
public record LogPartition(String topic, int number) {
    @Override
    public String toString() {
        return topic + "-" + number;
    }
}
