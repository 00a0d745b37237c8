package io.chronosdb.conformance;

import java.util.List;
import java.util.stream.Stream;

/** All promises, by subject. */
public final class Promises {
    /** In the order in which they are best read. */
    public static final List<Promise> ALL = Stream.of(
                    Addresses.all(),
                    Isolation.all(),
                    Writes.all(),
                    ManyWrites.all(),
                    Locking.all(),
                    Merging.all(),
                    Enriching.all(),
                    RestoringItems.all(),
                    RestoringCollections.all(),
                    Transactions.all(),
                    Reads.all(),
                    SystemBlock.all(),
                    TimeTravel.all(),
                    Lists.all(),
                    Paging.all(),
                    Validation.all(),
                    Lineages.all(),
                    Urls.all(),
                    Consistencies.all(),
                    TotalsKept.all(),
                    Feeds.all(),
                    Orderings.all(),
                    RandomHistories.all())
            .flatMap(List::stream)
            .toList();

    private Promises() {}
}
