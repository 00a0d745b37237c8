package io.chronosdb.mongo;

final class VersionPruning {
    /** In the counter: the first cv whose versions are all there. */
    static final String KEPT_FROM = "keptFrom";

    private VersionPruning() {}
}
