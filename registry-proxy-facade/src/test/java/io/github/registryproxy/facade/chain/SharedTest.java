package io.github.registryproxy.facade.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.registryproxy.facade.model.UnusableException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedTest {
    private final List<String> closed = new ArrayList<>();
    private final Shared shared = new Shared();

    private record Key(String name) {}

    private final class Resource implements AutoCloseable {
        private final String name;

        Resource(String name) {
            this.name = name;
        }

        @Override
        public void close() {
            closed.add(name);
        }
    }

    private Resource take(Shared.Lease lease, String name) throws UnusableException {
        return lease.take(new Key(name), Resource.class, () -> new Resource(name));
    }

    @Test
    void what_both_want_is_made_once_and_closed_by_the_last() throws UnusableException {
        Shared.Lease before = shared.lease();
        Resource made = take(before, "a");
        Shared.Lease after = shared.lease();
        assertSame(made, take(after, "a"));
        before.close();
        assertEquals(List.of(), closed);
        after.close();
        assertEquals(List.of("a"), closed);
        assertNotSame(made, take(shared.lease(), "a"));
    }

    @Test
    void what_was_taken_last_is_closed_first() throws UnusableException {
        Shared.Lease lease = shared.lease();
        take(lease, "store");
        take(lease, "chain");
        take(lease, "store");
        lease.close();
        lease.close();
        assertEquals(List.of("chain", "store"), closed);
    }

    @Test
    void what_cannot_be_made_is_tried_again() throws UnusableException {
        Shared.Lease lease = shared.lease();
        assertThrows(
                UnusableException.class,
                () -> lease.take(new Key("a"), Resource.class, () -> {
                    throw new UnusableException("not now");
                }));
        assertEquals("a", take(lease, "a").name);
        lease.close();
        assertEquals(List.of("a"), closed);
    }
}
