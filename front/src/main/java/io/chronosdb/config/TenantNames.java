package io.chronosdb.config;

import io.chronosdb.error.ChronosException.UnknownRoute;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A name with a tenant's id in it, such as {@code chronos_runtime_{tenantId}}. Two tenants never get the same name, and
 * never names that differ only by case, which MongoDB refuses: an upper-case letter becomes {@code _} and the lower-case
 * one, and {@code _} becomes {@code __}. Ids of {@code a-z 0-9 -} stand there as they are.
 *
 * @param template with {@code {tenantId}} in it at most once
 */
public record TenantNames(String template) {
    static final String PLACEHOLDER = "{tenantId}";

    /** A MongoDB database: one name on every system, 63 bytes at most. */
    static final Pattern DATABASE = Pattern.compile("[A-Za-z0-9_-]{1,63}");

    static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

    /** What is wrong with the template as a pattern of such names, for any id at all. */
    Optional<String> problem(Pattern names, boolean perTenant) {
        int places = template.split(Pattern.quote(PLACEHOLDER), -1).length - 1;
        if (places > 1 || perTenant && places == 0) {
            return Optional.of("expected " + PLACEHOLDER + " once");
        }
        return names.matcher(template.replace(PLACEHOLDER, "x1")).matches()
                ? Optional.empty()
                : Optional.of("with a tenant's id in it this is no name: expected " + names.pattern());
    }

    /** @throws UnknownRoute if the id makes a name that there cannot be */
    String of(String tenantId, Pattern names, String key) {
        String name = template.replace(PLACEHOLDER, escape(tenantId));
        if (!names.matcher(name).matches()) {
            throw new UnknownRoute(
                    "the tenant's id makes no " + key + ": " + key + "=" + name + " expected=" + names.pattern());
        }
        return name;
    }

    private static String escape(String tenantId) {
        StringBuilder escaped = new StringBuilder();
        for (char c : tenantId.toCharArray()) {
            boolean marked = c == '_' || c >= 'A' && c <= 'Z';
            escaped.append(marked ? "_" : "").append(Character.toLowerCase(c));
        }
        return escaped.toString();
    }

    /** Whether there may be a name that both make. */
    boolean mayMeet(TenantNames other) {
        return meet(before(), other.before()) && meet(reversed(behind()), reversed(other.behind()));
    }

    private static boolean meet(String a, String b) {
        return a.startsWith(b) || b.startsWith(a);
    }

    private String before() {
        int at = template.indexOf(PLACEHOLDER);
        return (at < 0 ? template : template.substring(0, at)).toLowerCase(Locale.ROOT);
    }

    private String behind() {
        int at = template.indexOf(PLACEHOLDER);
        return (at < 0 ? template : template.substring(at + PLACEHOLDER.length())).toLowerCase(Locale.ROOT);
    }

    private static String reversed(String text) {
        return new StringBuilder(text).reverse().toString();
    }
}
