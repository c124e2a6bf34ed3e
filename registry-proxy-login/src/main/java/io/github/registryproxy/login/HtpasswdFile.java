package io.github.registryproxy.login;

import io.github.registryproxy.Identity;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands in a password file.
 *
 * @param hashes by name
 * @param cost the greatest of all, which an unknown name costs as well
 */
record HtpasswdFile(Map<String, String> hashes, int cost) {
    /** More would take minutes for each login. */
    private static final int GREATEST_COST = 17;

    private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$([0-9]{2})\\$[./A-Za-z0-9]{53}");

    /** @throws IllegalArgumentException with file, line and what is expected, without the line itself */
    static HtpasswdFile parse(Path file, String text) {
        Map<String, String> hashes = new LinkedHashMap<>();
        int cost = 4;
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String entry = line.strip();
            if (entry.isEmpty() || entry.startsWith("#")) {
                continue;
            }
            int colon = entry.indexOf(':');
            if (colon < 0) {
                throw refused(file, number, "name:hash");
            }
            String name = name(file, number, entry.substring(0, colon));
            Matcher hash = BCRYPT.matcher(entry.substring(colon + 1));
            int own = hash.matches() ? Integer.parseInt(hash.group(1)) : 0;
            if (own < 4 || own > GREATEST_COST) {
                throw refused(
                        file, number, "a bcrypt hash of cost 4 to " + GREATEST_COST + " such as 'htpasswd -B' writes");
            }
            if (hashes.put(name, hash.group()) != null) {
                throw refused(file, number, "each name once");
            }
            cost = Math.max(cost, own);
        }
        return new HtpasswdFile(Map.copyOf(hashes), cost);
    }

    private static String name(Path file, int line, String name) {
        try {
            return Identity.of(name).name();
        } catch (IllegalArgumentException e) {
            throw refused(file, line, "a name of 1 to 255 characters before the colon");
        }
    }

    private static IllegalArgumentException refused(Path file, int line, String expected) {
        return new IllegalArgumentException(file + ", line " + line + ": expected " + expected);
    }

    /** Without hashes. */
    @Override
    public String toString() {
        return "HtpasswdFile[" + hashes.size() + " names]";
    }
}
