package io.github.registryproxy.facade.place;

import io.github.registryproxy.protocol.RepositoryName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reach of a glob for repositories: whether it can match a name below a prefix. In doubt it can. */
final class GlobReach {
    private static final String DEEP = "**";

    private final List<String> glob;

    GlobReach(String glob) {
        this.glob = components(glob);
    }

    /** @param least how many components a name has at least below the prefix */
    boolean meets(Optional<RepositoryName> prefix, int least) {
        List<String> before = prefix.map(name -> components(name.value())).orElse(List.of());
        return meets(0, before, 0, least);
    }

    private boolean meets(int at, List<String> prefix, int done, int least) {
        List<String> left = glob.subList(at, glob.size());
        if (done == prefix.size()) {
            return left.stream().anyMatch(component -> component.contains(DEEP)) || left.size() >= least;
        }
        if (left.isEmpty()) {
            return false;
        }
        String component = left.get(0);
        if (component.equals(DEEP)) {
            boolean last = left.size() == 1;
            return last || meets(at + 1, prefix, done, least) || meets(at, prefix, done + 1, least);
        }
        if (component.contains(DEEP)) {
            return true;
        }
        return matches(component, prefix.get(done)) && meets(at + 1, prefix, done + 1, least);
    }

    private static boolean matches(String component, String name) {
        StringBuilder pattern = new StringBuilder();
        for (char c : component.toCharArray()) {
            pattern.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.matches(pattern.toString(), name);
    }

    /** Whether all that it matches is below the prefix. */
    boolean isBelow(RepositoryName prefix) {
        List<String> before = components(prefix.value());
        return glob.size() > before.size() && glob.subList(0, before.size()).equals(before);
    }

    /** Of a repository's name or a glob for names; no request's path comes here. */
    private static List<String> components(String name) {
        List<String> components = new ArrayList<>();
        int from = 0;
        for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', from)) {
            components.add(name.substring(from, slash));
            from = slash + 1;
        }
        components.add(name.substring(from));
        return components;
    }
}
