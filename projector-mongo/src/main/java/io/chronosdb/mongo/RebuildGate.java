package io.chronosdb.mongo;

/** Keeps the projection out while a rebuild compares and switches. */
final class RebuildGate {
    RebuildGate(IndexDatabase database) {}

    void requireOpen() {}
}
