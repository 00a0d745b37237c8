package io.chronosdb.command.decide;

import io.chronosdb.address.ItemKey;
import io.chronosdb.command.Action;
import io.chronosdb.command.Action.Check;
import io.chronosdb.command.Action.Configure;
import io.chronosdb.command.Action.Create;
import io.chronosdb.command.Action.Delete;
import io.chronosdb.command.Action.Enrich;
import io.chronosdb.command.Action.RestoreCollection;
import io.chronosdb.command.Action.RestoreObject;
import io.chronosdb.command.Action.Transact;
import io.chronosdb.command.Action.Update;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.command.decide.Remembered.Made;
import io.chronosdb.document.Blobs;
import io.chronosdb.document.Json;
import io.chronosdb.document.Merge;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.Rejection;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Lineage;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What one operation does to one item. */
final class ItemDecision implements Action.Cases<Decision> {
    /** More who have enriched an item would make every later version of it too large. */
    static final int FUNCTION_IDS_MAX = 500;

    private final State state;
    private final DecisionSettings settings;
    private final VersionMaker maker;
    private final ItemKey item;
    private final Optional<ItemState> present;

    ItemDecision(State state, DecisionSettings settings, VersionMaker maker, ItemKey item) {
        this.state = state;
        this.settings = settings;
        this.maker = maker;
        this.item = item;
        this.present = state.item(item);
    }

    @Override
    public Decision create(Create create) {
        if (present.isPresent()) {
            return new Decision.Reject(
                    Rejection.alreadyExists(item.toString(), present.get().ov().value()));
        }
        return document(maker.first(item, lineage(create.lineage())), Op.CREATE, create.data());
    }

    /** The origin is the parent's, if the parent is known here; else the parent itself is the first of its line. */
    private Lineage lineage(Lineage given) {
        if (given.origin().isPresent() || given.parent().isEmpty()) {
            return given;
        }
        Optional<ItemKey> parents = given.parent()
                .flatMap(state::item)
                .flatMap(parent -> parent.lineage().origin());
        return new Lineage(given.parent(), parents.or(given::parent));
    }

    @Override
    public Decision update(Update update) {
        return refusal(update.expected()).orElseGet(() -> document(next(), Op.UPDATE, update.data()));
    }

    @Override
    public Decision delete(Delete delete) {
        return refusal(delete.expected()).orElseGet(() -> next().delete(Optional.empty()));
    }

    @Override
    public Decision check(Check check) {
        return refusal(check.expected()).orElseGet(this::same);
    }

    @Override
    public Decision enrich(Enrich enrich) {
        Optional<Decision> refusal = refusal(enrich.expected());
        if (refusal.isPresent()) {
            return refusal.get();
        }
        VersionState latest = latest();
        Optional<Payload> document = state.payload(item, latest.ov());
        if (document.isEmpty()) {
            return new Decision.Fetch(item, latest);
        }
        Optional<Payload> merged = Merge.enrich(document.get(), enrich.patches());
        if (merged.isEmpty()) {
            return same();
        }
        List<String> functionIds = with(present.orElseThrow().functionIds(), enrich.functionId());
        if (functionIds.size() > FUNCTION_IDS_MAX) {
            return new Decision.Reject(
                    Rejection.invalid("too many functions have enriched the item: functionIdsMax=" + FUNCTION_IDS_MAX));
        }
        return document(next().enrichedBy(functionIds), Op.ENRICH, merged.get());
    }

    private static List<String> with(List<String> functionIds, String one) {
        if (one.isEmpty() || functionIds.contains(one)) {
            return functionIds;
        }
        List<String> more = new ArrayList<>(functionIds);
        more.add(one);
        return more;
    }

    @Override
    public Decision restoreObject(RestoreObject restore) {
        if (present.isEmpty()) {
            return new Decision.Reject(Rejection.notFound(item.toString()));
        }
        Optional<VersionState> target = restore.to() instanceof RestorePoint.AtOv at
                ? state.version(item, at.ov())
                : Past.find(state, item, latest().ov(), restore.to());
        return target.map(this::restoreTo)
                .orElseGet(() -> new Decision.Reject(Rejection.notFound(item + "@"
                        + (restore.to() instanceof RestorePoint.AtOv at
                                ? at.ov().toString()
                                : "that time"))));
    }

    private Decision restoreTo(VersionState target) {
        if (target.document().equals(latest().document())) {
            return same();
        }
        if (target.deleted()) {
            return next().delete(Optional.of(target.ov()));
        }
        return state.payload(item, target.ov())
                .<Decision>map(document -> next().restore(target.ov(), document))
                .orElseGet(() -> new Decision.Fetch(item, target));
    }

    /** The refusal, if the item cannot have a next version. */
    private Optional<Decision> refusal(ExpectedOv expected) {
        if (present.isEmpty()) {
            return Optional.of(new Decision.Reject(Rejection.notFound(item.toString())));
        }
        ItemState it = present.get();
        if (it.deleted()) {
            return Optional.of(new Decision.Reject(
                    Rejection.deleted(item.toString(), it.ov().value())));
        }
        return expected.exact()
                .filter(ov -> !ov.equals(it.ov()))
                .map(ov -> new Decision.Reject(Rejection.versionConflict(
                        item.toString(), ov.value(), it.ov().value())));
    }

    private Decision document(VersionMaker.Next next, Op op, Payload data) {
        if (data.size() > settings.payloadBytesMax()) {
            return new Decision.Reject(Rejection.payloadTooLarge(data.size(), settings.payloadBytesMax()));
        }
        var map = settings.map(item.collection());
        if (!map.requiredIndexed().isEmpty()) {
            List<String> violations = map.violations(Json.parseObject(data.json()));
            if (!violations.isEmpty()) {
                return new Decision.Reject(Rejection.invalid(violations));
            }
        }
        try {
            Ov ov = next.ov();
            return next.document(
                    op, Blobs.takeOut(data, settings.base64Props(item.collection()), settings.archive(), item, ov));
        } catch (Invalid e) {
            return new Decision.Reject(e.rejection());
        }
    }

    private VersionState latest() {
        return present.orElseThrow().latest();
    }

    private VersionMaker.Next next() {
        return maker.next(item, present.orElseThrow());
    }

    private Decision same() {
        VersionState latest = latest();
        return new Decision.Same(List.of(new Made(item.id(), latest.ov(), latest.cv(), latest.op(), latest.at())));
    }

    @Override
    public Decision restoreCollection(RestoreCollection restore) {
        throw new IllegalStateException("not about one item");
    }

    @Override
    public Decision transact(Transact transact) {
        throw new IllegalStateException("not about one item");
    }

    @Override
    public Decision configure(Configure configure) {
        throw new IllegalStateException("not about one item");
    }
}
