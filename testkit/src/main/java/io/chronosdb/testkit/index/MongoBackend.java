package io.chronosdb.testkit.index;

/** One kind of MongoDB server. Calls that find it in the wanted state already do nothing. */
interface MongoBackend extends AutoCloseable {
    String name();

    /** The same whenever it runs. */
    String uri();

    /** Returns when it takes writes. */
    void start();

    /** At once, as by kill -9; what was acknowledged is there after {@link #start()}. */
    void stop();

    @Override
    default void close() {
        stop();
    }

    /** One that runs already and is not ours to stop. */
    record Configured(String uri) implements MongoBackend {
        @Override
        public String name() {
            return "configured";
        }

        @Override
        public void start() {}

        @Override
        public void stop() {
            throw new UnsupportedOperationException("a configured server is not ours to stop");
        }

        @Override
        public void close() {}
    }
}
