package io.chronosdb.command;

import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Payload;

/** What a command asks for. */
public sealed interface Action {
    /** One answer per action; a new action breaks the build until every place answers. */
    <R> R match(Cases<R> cases);

    /** A new item. */
    record Create(Payload data) implements Action {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.create(this);
        }
    }

    /** A new document for an item, in place of the present one. */
    record Update(Payload data, ExpectedOv expected) implements Action {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.update(this);
        }
    }

    /** A last version without a document. */
    record Delete(ExpectedOv expected) implements Action {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.delete(this);
        }
    }

    /**
     * Other settings for deciding a partition's commands from here on.
     *
     * @param settings canonical JSON
     */
    record Configure(String settings) implements Action {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.configure(this);
        }
    }

    /**
     * The actions.
     *
     * @param <R> the answer
     */
    interface Cases<R> {
        R create(Create create);

        R update(Update update);

        R delete(Delete delete);

        R configure(Configure configure);
    }
}
