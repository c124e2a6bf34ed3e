package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** "Unavailable Referrers API", "Referrers Tag Schema" and "Enabling the Referrers API": for clients that know no other list. */
@Section("Backwards Compatibility")
interface BackwardsCompatibility extends UnderTest {
    @Test
    default void the_tag_of_the_referrers_tag_schema_is_a_tag_like_others() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        Content artifact = repository.attached(image, "application/vnd.example.sbom.v1");
        String tag = image.digest().replace(':', '-');
        Content list = repository.tagged(tag, Manifests.index(List.of(artifact.descriptor())));
        Answer answer = repository.get("manifests/" + tag).is(200);
        assertArrayEquals(list.bytes(), answer.body());
        assertEquals(Manifests.INDEX, answer.has("Content-Type"));
        repository.delete("manifests/" + tag).is(202);
        repository.get("manifests/" + tag).is(404);
    }

    @Test
    default void the_tag_of_a_sha512_digest_is_cut_and_a_tag_like_others() throws Exception {
        Repository repository = repository();
        Content image = repository.image();
        String tag = image.sha512().replace(':', '-').substring(0, "sha512-".length() + 64);
        Content list = repository.tagged(tag, Manifests.index(List.of()));
        assertArrayEquals(
                list.bytes(), repository.get("manifests/" + tag).is(200).body());
    }

    @Test
    default void a_manifest_at_the_tag_of_the_schema_is_no_referrer_by_that() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        Content artifact = repository.attached(image, "application/vnd.example.sbom.v1");
        repository.tagged(image.digest().replace(':', '-'), Manifests.index(List.of(artifact.descriptor())));
        assertEquals(
                Set.of(artifact.digest()),
                ListingReferrers.digests(
                        repository.get("referrers/" + image.digest()).is(200)));
    }

    @Test
    default void every_image_pushed_with_a_subject_is_among_the_referrers() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        Content byDigest = repository.pushed(repository.image(Manifests.subject(image)));
        Content byTag = repository.tagged("2", repository.image(Manifests.subject(image)));
        assertEquals(
                Set.of(byDigest.digest(), byTag.digest()),
                ListingReferrers.digests(
                        repository.get("referrers/" + image.digest()).is(200)));
    }
}
