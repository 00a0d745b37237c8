package io.chronosdb.testkit.totals;

import io.chronosdb.port.TotalsStore;

class InMemoryTotalsStoreTest extends TotalsStoreContract {
    @Override
    protected TotalsStore newStore() {
        return new InMemoryTotalsStore();
    }
}
