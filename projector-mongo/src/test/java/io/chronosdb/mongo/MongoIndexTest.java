package io.chronosdb.mongo;

import io.chronosdb.document.CollectionMap;
import io.chronosdb.port.Projection;
import io.chronosdb.testkit.index.IndexContract;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;

class MongoIndexTest extends IndexContract {
    private final List<IndexSettings> made = new ArrayList<>();

    @Override
    protected Subject empty(Function<String, CollectionMap> maps) {
        IndexSettings settings = TestMongo.fresh(maps, transactions());
        made.add(settings);
        return new Subject(TestMongo.projector(settings), new MongoIndex(DATABASE, settings, TestMongo.CLIENT));
    }

    @Override
    protected Projection anotherWriter() {
        return TestMongo.projector(made.get(made.size() - 1));
    }

    boolean transactions() {
        return false;
    }

    @AfterEach
    void drop() {
        made.forEach(settings -> TestMongo.database(settings).drop());
    }
}
