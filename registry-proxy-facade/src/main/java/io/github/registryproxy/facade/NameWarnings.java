package io.github.registryproxy.facade;

import io.github.registryproxy.facade.model.Admission;
import io.github.registryproxy.facade.model.Grant;
import io.github.registryproxy.facade.model.OwnLogin;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.facade.place.Destination;
import io.github.registryproxy.facade.place.Places;
import io.github.registryproxy.protocol.RepositoryName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Warnings about names in the rules of a login: where a rule about one name is less, or more, than it looks. */
final class NameWarnings {
    private NameWarnings() {}

    static List<String> of(Site site) {
        boolean names = site.entrance().login().map(OwnLogin::grants).orElse(List.of()).stream()
                .anyMatch(NameWarnings::isAboutNames);
        if (!names) {
            return List.of();
        }
        Map<List<Upstream>, Map<String, Set<Admission>>> served = new LinkedHashMap<>();
        for (Destination destination : Places.of(site).destinations()) {
            served.computeIfAbsent(destination.route().upstreams(), upstreams -> new LinkedHashMap<>())
                    .computeIfAbsent(called(destination), name -> new LinkedHashSet<>())
                    .add(destination.route().admission());
        }
        List<String> warnings = new ArrayList<>();
        served.forEach((upstreams, byName) -> {
            String shown =
                    upstreams.stream().map(one -> "upstreams." + one.name()).collect(Collectors.joining(", "));
            if (byName.size() > 1) {
                warnings.add(
                        shown + " can be pulled as " + String.join(" and as ", byName.keySet())
                                + ": a rule about one of these names is not about the others; a rule with the key upstreams is");
            }
            byName.forEach((name, policies) -> {
                if (policies.size() > 1) {
                    warnings.add(shown + " has several policies under one name, " + name
                            + ": rules about the name do not tell them apart");
                }
            });
        });
        return warnings;
    }

    private static boolean isAboutNames(Grant grant) {
        return !grant.repositories().isEmpty() && grant.upstreams().isEmpty();
    }

    private static String called(Destination destination) {
        return destination
                .prefix()
                .map(RepositoryName::value)
                .map(name -> name + "/...")
                .orElse("...");
    }
}
