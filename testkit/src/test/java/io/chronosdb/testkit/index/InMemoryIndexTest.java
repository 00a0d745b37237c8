package io.chronosdb.testkit.index;

import io.chronosdb.document.CollectionMap;
import io.chronosdb.port.Projection;
import java.util.function.Function;

class InMemoryIndexTest extends IndexContract {
    private InMemoryIndex index = new InMemoryIndex(DATABASE, IndexContract::map, ARCHIVE);

    @Override
    protected Subject empty(Function<String, CollectionMap> maps) {
        index = new InMemoryIndex(DATABASE, maps, ARCHIVE);
        return new Subject(index, index);
    }

    @Override
    protected Projection anotherWriter() {
        return index;
    }
}
