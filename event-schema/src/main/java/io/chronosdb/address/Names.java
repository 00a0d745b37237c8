package io.chronosdb.address;

import io.chronosdb.error.ChronosException.Invalid;
import java.util.Optional;
import java.util.regex.Pattern;

/** The rules of names, in one place. Each check answers with what is wrong, or nothing. */
public final class Names {
    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern COLLECTION = Pattern.compile("[A-Za-z0-9_-]{1,100}");
    private static final Pattern ITEM_ID = Pattern.compile("[A-Za-z0-9_.:@-]{1,200}");

    private Names() {}

    /** A tenant's or domain's name; {@code generic} and {@code domain} are taken by the tiers themselves. */
    public static Optional<String> tenantProblem(String name) {
        if (!TENANT.matcher(name).matches()) {
            return Optional.of("a tenant or domain name is 1 to 64 of A-Z a-z 0-9 _ -: name=" + excerpt(name));
        }
        return name.equals("generic") || name.equals("domain")
                ? Optional.of("the name is reserved: name=" + name)
                : Optional.empty();
    }

    public static Optional<String> collectionProblem(String name) {
        return COLLECTION.matcher(name).matches()
                ? Optional.empty()
                : Optional.of("a collection name is 1 to 100 of A-Z a-z 0-9 _ -: collection=" + excerpt(name));
    }

    public static Optional<String> itemIdProblem(String id) {
        return ITEM_ID.matcher(id).matches() && !id.equals(".") && !id.equals("..")
                ? Optional.empty()
                : Optional.of(
                        "an item id is 1 to 200 of A-Z a-z 0-9 _ . : @ - and not a dot folder: id=" + excerpt(id));
    }

    static void require(Optional<String> problem) {
        problem.ifPresent(p -> {
            throw new Invalid(p);
        });
    }

    /** Bounded and printable, so that a hostile name does not flood a log. */
    private static String excerpt(String name) {
        String shown = name.length() > 60 ? name.substring(0, 60) + "…" : name;
        return '"' + shown.replaceAll("[^\\x20-\\x7e…]", "?") + '"';
    }
}
