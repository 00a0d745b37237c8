package io.chronosdb;

import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.command.Action;
import io.chronosdb.command.Command;
import io.chronosdb.document.Filter;
import io.chronosdb.document.Query;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Ov;
import io.chronosdb.port.Index;
import io.chronosdb.port.IndexEntry;
import io.chronosdb.port.Totals;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Something that an installation does wrong: between a client and the real servers. By default everything is right. */
public interface Fault {
    default Route route(Route wanted) {
        return wanted;
    }

    default Command command(Command command) {
        return command;
    }

    default Optional<IndexEntry> head(Index real, ItemKey item) {
        return real.head(item);
    }

    default Optional<IndexEntry> version(Index real, ItemKey item, Ov ov) {
        return real.version(item, ov);
    }

    default Optional<IndexEntry> asOf(Index real, ItemKey item, Instant time) {
        return real.asOf(item, time);
    }

    default List<IndexEntry> history(Index real, ItemKey item, Optional<Ov> before, int limit) {
        return real.history(item, before, limit);
    }

    default Index.Page list(Index real, String collection, Query query) {
        return real.list(collection, query);
    }

    default long visibleUpTo(Index real, int partition) {
        return real.visibleUpTo(partition);
    }

    default Totals totals(Totals real) {
        return real;
    }

    private static Command with(Command command, Action action) {
        return new Command(
                command.commandId(),
                command.collection(),
                command.id(),
                command.actor(),
                command.reason(),
                command.headers(),
                action);
    }

    /** An update is acknowledged, and nothing happens. */
    Fault DROPS_UPDATES = new Fault() {
        @Override
        public Command command(Command command) {
            return command.action() instanceof Action.Update
                    ? with(command, new Action.Enrich(List.of(), "", ExpectedOv.ANY))
                    : command;
        }
    };

    Fault IGNORES_EXPECTATIONS = new Fault() {
        @Override
        public Command command(Command command) {
            return command.action() instanceof Action.Update update
                    ? with(command, new Action.Update(update.data(), ExpectedOv.ANY))
                    : command;
        }
    };

    /** A restoration is acknowledged, and only planned. */
    Fault ONLY_PLANS_RESTORATIONS = new Fault() {
        @Override
        public Command command(Command command) {
            return command.action() instanceof Action.RestoreCollection restore
                    ? with(command, new Action.RestoreCollection(restore.to(), true, restore.keepNewer()))
                    : command;
        }
    };

    Fault READS_THE_VERSION_BEFORE = new Fault() {
        @Override
        public Optional<IndexEntry> head(Index real, ItemKey item) {
            Optional<IndexEntry> head = real.head(item);
            return head.flatMap(latest -> real.history(item, Optional.of(latest.ov()), 1).stream()
                            .findFirst())
                    .or(() -> head);
        }
    };

    /** The feature list's own code did that. */
    Fault READS_VERSIONS_WITHOUT_THE_ID = new Fault() {
        @Override
        public Optional<IndexEntry> version(Index real, ItemKey item, Ov ov) {
            return real.list(item.collection(), Query.all().includingDeleted(true)).entries().stream()
                    .flatMap(any -> real.version(any.item(), ov).stream())
                    .findFirst();
        }
    };

    /** This, too. */
    Fault READS_THE_OLDEST_AS_OF = new Fault() {
        @Override
        public Optional<IndexEntry> asOf(Index real, ItemKey item, Instant time) {
            return real.version(item, Ov.FIRST);
        }
    };

    Fault HISTORY_IS_OLDEST_FIRST = new Fault() {
        @Override
        public List<IndexEntry> history(Index real, ItemKey item, Optional<Ov> before, int limit) {
            List<IndexEntry> entries = new java.util.ArrayList<>(real.history(item, before, limit));
            Collections.reverse(entries);
            return entries;
        }
    };

    Fault IGNORES_FILTERS = new Fault() {
        @Override
        public Index.Page list(Index real, String collection, Query query) {
            return real.list(collection, query.filtered(Filter.ALL));
        }
    };

    Fault LOSES_A_PAGES_LAST_ITEM = new Fault() {
        @Override
        public Index.Page list(Index real, String collection, Query query) {
            Index.Page page = real.list(collection, query);
            int kept = page.next().isPresent()
                    ? page.entries().size() - 1
                    : page.entries().size();
            return new Index.Page(page.entries().subList(0, kept), page.next());
        }
    };

    Fault WAITS_FOR_NOTHING = new Fault() {
        @Override
        public long visibleUpTo(Index real, int partition) {
            return Long.MAX_VALUE;
        }
    };

    Fault MIXES_TENANTS = new Fault() {
        @Override
        public Route route(Route wanted) {
            return Route.runtime("tenant-a").collection(wanted.collection());
        }
    };

    Fault COUNTS_TWICE = new Fault() {
        @Override
        public Totals totals(Totals real) {
            return new Totals(2 * real.created(), 2 * real.updated(), 2 * real.deleted(), real.rules());
        }
    };
}
