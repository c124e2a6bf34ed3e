package io.github.registryproxy.facade.place;

import io.github.registryproxy.protocol.RepositoryName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Check of the names in rules: those that no request has are told, with the canonical ones of the same repositories. */
public final class NamesInRules {
    private static final int MOST = 3;

    private final Places places;
    private final boolean hosts;

    /** @param hosts whether there are images of the site's own */
    public NamesInRules(Places places, boolean hosts) {
        this.places = places;
        this.hosts = hosts;
    }

    /** Whether a request can have a canonical name that the glob matches. */
    public boolean canMeet(String glob) {
        return canMeetHosted(glob) || places.destinations().stream().anyMatch(one -> meets(one, glob));
    }

    /** Whether an image of the site's own can have such a name. */
    public boolean canMeetHosted(String glob) {
        GlobReach reach = new GlobReach(glob);
        return hosts && places.prefixes().below(Optional.empty()).stream().noneMatch(reach::isBelow);
    }

    /** Whether one of these upstreams alone can be asked for a repository that the glob matches. */
    public boolean canMeetAt(List<String> upstreams, String glob) {
        return places.destinations().stream()
                .filter(one ->
                        one.route().upstreams().stream().allMatch(upstream -> upstreams.contains(upstream.name())))
                .anyMatch(one -> new GlobReach(glob).meets(Optional.empty(), least(one)));
    }

    private boolean meets(Destination destination, String glob) {
        GlobReach reach = new GlobReach(glob);
        return destination.used().stream().anyMatch(prefix -> {
            int least = least(destination) - components(destination, prefix);
            boolean taken =
                    prefix.isEmpty() && places.prefixes().below(prefix).stream().anyMatch(reach::isBelow);
            return !taken && reach.meets(prefix, Math.max(1, least));
        });
    }

    private static int least(Destination destination) {
        return destination.library() ? 2 : 1;
    }

    /** How many components of a prefix are the repository's already, below the prefix of the route. */
    private static int components(Destination destination, Optional<RepositoryName> used) {
        return destination.prefixes().contains(used) ? 0 : 1;
    }

    /** What to write in place of a glob that meets nothing; for people. */
    public String advice(String glob) {
        List<String> spelled = spelled(glob).limit(MOST).toList();
        if (!spelled.isEmpty()) {
            return "what it may mean is called " + String.join(" or ", spelled) + " here";
        }
        Set<String> prefixes = new LinkedHashSet<>();
        places.destinations()
                .forEach(one ->
                        prefixes.add(one.prefix().map(RepositoryName::value).orElse("")));
        List<String> known = prefixes.stream()
                .filter(prefix -> !prefix.isEmpty())
                .map(prefix -> prefix + "/")
                .limit(2 * MOST)
                .toList();
        return known.isEmpty()
                ? "names of upstreams are used as they are"
                : "names begin with " + String.join(", ", known);
    }

    private Stream<String> spelled(String glob) {
        List<String> candidates = new ArrayList<>();
        for (Map.Entry<RepositoryName, Destination> mount : places.mounted().entrySet()) {
            String alias = mount.getKey() + "/";
            if (glob.startsWith(alias)) {
                add(candidates, mount.getValue(), glob.substring(alias.length()));
            }
        }
        boolean mounted = places.prefixes().below(Optional.empty()).stream().anyMatch(new GlobReach(glob)::isBelow);
        if (candidates.isEmpty() && !mounted) {
            places.doors().forEach(door -> add(candidates, door, glob));
        }
        return candidates.stream().distinct().filter(candidate -> !candidate.equals(glob) && canMeet(candidate));
    }

    private static void add(List<String> candidates, Destination destination, String below) {
        String inLibrary =
                destination.library() && below.indexOf('/') < 0 && !below.equals("**") ? "library/" + below : below;
        candidates.add(destination.prefix().map(prefix -> prefix + "/").orElse("") + inLibrary);
    }
}
