package io.github.registryproxy.middleware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RepositoryMappingTest {
    private static final RepositoryName MOUNT = new RepositoryName("proxy/hub");
    private static final RepositoryMapping PLAIN = RepositoryMapping.at(MOUNT, Optional.empty());
    private static final RepositoryMapping UNDER = RepositoryMapping.at(MOUNT, Optional.of(new RepositoryName("a/b")));

    private static RepositoryName name(String value) {
        return new RepositoryName(value);
    }

    @Test
    void what_is_below_the_mount_is_below_the_prefix_there_and_back() {
        for (String below : List.of("app", "team/app", "proxy/hub/app", "a/b/app")) {
            assertEquals(Optional.of(name(below)), PLAIN.toUpstream(name("proxy/hub/" + below)));
            assertEquals(Optional.of(name("proxy/hub/" + below)), PLAIN.toClient(name(below)));
            assertEquals(Optional.of(name("a/b/" + below)), UNDER.toUpstream(name("proxy/hub/" + below)));
            assertEquals(Optional.of(name("proxy/hub/" + below)), UNDER.toClient(name("a/b/" + below)));
        }
    }

    @Test
    void other_names_are_unknown() {
        for (String other : List.of("app", "proxy", "proxy/hub", "proxy/hubs/app", "hub/app")) {
            assertEquals(Optional.empty(), PLAIN.toUpstream(name(other)));
            assertEquals(Optional.empty(), UNDER.toUpstream(name(other)));
        }
        for (String other : List.of("app", "a/b", "a/bc/app")) {
            assertEquals(Optional.empty(), UNDER.toClient(name(other)));
        }
    }

    @Test
    void a_name_too_long_for_the_registry_is_refused_and_one_too_long_for_clients_is_not_seen() {
        RepositoryName longest = name("proxy/hub/" + "a".repeat(245));
        RepositoryMapping longer = RepositoryMapping.at(MOUNT, Optional.of(name("a/longer/prefix")));
        assertThrows(RegistryException.class, () -> longer.toUpstream(longest));
        assertEquals(Optional.of(longest), PLAIN.toClient(name("a".repeat(245))));
        assertEquals(Optional.empty(), PLAIN.toClient(name("a".repeat(246))));
    }

    @Test
    void where_nothing_is_hidden_texts_stay_as_they_are() {
        String text = "manifest of app/x is unknown: application/json";
        assertEquals(Optional.of(text), new NameScrubber(PLAIN).scrub(text));
        assertEquals(Optional.of("no proxy/hub/x here"), new NameScrubber(UNDER).scrub("no a/b/x here"));
        assertEquals(Optional.empty(), new NameScrubber(UNDER).scrub("no a/b here"));
    }
}
