package io.github.registryproxy.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.MemoryStore;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SignedMembersTest {
    private static final RepositoryName APP = new RepositoryName("app");
    private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");

    private final ContentStore store = new MemoryStore(1024 * 1024);
    private final Digest manifest = Shelf.sha256(new byte[1]);
    private SignatureKey ending;
    private SignatureKey endless;

    @BeforeEach
    void two_keys() throws GeneralSecurityException {
        ending = new SignatureKey("old", Signer.ecdsa().pair().getPublic(), Optional.of(END));
        endless = Signer.ecdsa().key();
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private SignedMembers members(SignatureKey... keys) {
        return new SignedMembers("signed", List.of(keys), Optional.of(store), "hub");
    }

    private void assertCovered(boolean covered, SignedMembers by, Instant now) {
        assertEquals(covered, by.covers(APP, manifest, now));
    }

    @Test
    void what_a_signed_index_names_is_covered_until_the_key_ends() {
        SignedMembers members = members(ending);
        members.add(APP, manifest, ending);
        for (SignedMembers either : List.of(members, members(ending))) {
            assertCovered(true, either, END.minusMillis(1));
            assertCovered(false, either, END);
            assertCovered(false, either, END.plusSeconds(1));
        }
    }

    @Test
    void key_that_is_given_an_end_later_covers_nothing_from_then_on() {
        SignatureKey before = SignatureKey.of("old", ending.key());
        members(before).add(APP, manifest, before);
        assertCovered(true, members(before), END);
        assertCovered(false, members(ending), END);
    }

    @Test
    void key_that_is_no_longer_configured_covers_nothing() {
        members(ending, endless).add(APP, manifest, ending);
        assertCovered(true, members(endless, ending), END.minusMillis(1));
        assertCovered(false, members(endless), END.minusMillis(1));
        assertCovered(false, members(), END.minusMillis(1));
    }

    @Test
    void one_of_several_keys_that_is_valid_is_enough() {
        members(ending, endless).add(APP, manifest, endless);
        members(ending, endless).add(APP, manifest, ending);
        assertCovered(true, members(ending, endless), END);
        assertCovered(false, members(ending), END);
    }

    @Test
    void manifest_is_covered_in_one_repository_and_for_one_policy_alone() {
        members(endless).add(APP, manifest, endless);
        assertEquals(false, members(endless).covers(new RepositoryName("other"), manifest, END));
        assertCovered(false, new SignedMembers("signedtime", List.of(endless), Optional.of(store), "hub"), END);
        assertCovered(false, new SignedMembers("signed", List.of(endless), Optional.of(store), "else"), END);
        assertCovered(false, new SignedMembers("signed", List.of(endless), Optional.empty(), "hub"), END);
    }

    @Test
    void store_that_fails_leaves_what_is_in_memory() throws IOException {
        store.close();
        SignedMembers members = members(endless);
        members.add(APP, manifest, endless);
        assertCovered(true, members, END);
        assertCovered(false, members(endless), END);
    }
}
