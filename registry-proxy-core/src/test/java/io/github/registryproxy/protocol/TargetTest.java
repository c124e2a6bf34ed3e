package io.github.registryproxy.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TargetTest {
    private static final String D = Samples.SHA256.toString();

    static List<Operation> operations() {
        return Samples.operations().stream()
                .filter(operation -> !(operation instanceof Operation.Malformed))
                .toList();
    }

    private static Operation parse(String method, String target) {
        return Target.parse(method, target).operation();
    }

    private static RegistryError refusal(String method, String target) {
        return assertInstanceOf(Operation.Malformed.class, parse(method, target), target)
                .error();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void every_operation_is_read_back_from_what_it_renders(Operation operation) {
        for (String method : Samples.methods(operation)) {
            Target target = new Target(operation, Query.parse("zone=eu&x"));
            assertEquals(target, Target.parse(method, target.render()));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "GET /v2 Ping",
                "GET /v2/ Ping",
                "HEAD /v2/ Ping",
                "GET /v2/_catalog Catalog",
                "GET /v2/a/tags/list ListTags",
                "HEAD /v2/a/tags/list ListTags",
                "POST /v2/a/blobs/uploads StartUpload",
                "POST /v2/a/blobs/uploads/ StartUpload",
                "POST /v2/a/blobs/uploads/?mount= Malformed",
                "PUT /v2/a/blobs/uploads/s Malformed",
                "POST /v2/ Other",
                "POST /v2/a/tags/list Other",
                "POST /v2/_catalog Other",
                "POST /v2/a/manifests/1 Other",
                "PATCH /v2/a/manifests/1 Other",
                "get /v2/a/manifests/1 Other",
                "GET /v2/a/blobs/uploads/ Other",
                "POST /v2/a/blobs/uploads/s Other",
                "TRACE /v2/a/blobs/uploads/s Other",
                "GET /v1/search Other",
                "GET /v2x Other",
                "GET /V2/ Other",
                "GET /v2/a Other",
                "GET /v2/tags/list Other",
                "GET / Other",
                "GET /_token Token",
                "POST /_token Token",
                "HEAD /_token Other",
                "GET /_token/ Other",
            })
    void a_method_at_a_path_means_one_operation(String method, String target, String kind) {
        assertEquals(kind, parse(method, target).getClass().getSimpleName());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "blobs",
                "manifests",
                "tags/list",
                "uploads",
                "blobs/uploads",
                "a/blobs/uploads",
                "manifests/tags/list/blobs",
                "referrers",
                "v2",
                "blobs/uploads/blobs/uploads"
            })
    void a_name_may_consist_of_the_words_of_the_api(String name) {
        RepositoryName repository = new RepositoryName(name);
        assertEquals(
                new Operation.PullManifest(repository, new Tag("list")),
                parse("GET", "/v2/" + name + "/manifests/list"));
        assertEquals(new Operation.PullBlob(repository, Samples.SHA256), parse("GET", "/v2/" + name + "/blobs/" + D));
        assertEquals(new Operation.ListTags(repository, Page.FIRST), parse("GET", "/v2/" + name + "/tags/list"));
        assertEquals(new Operation.StartUpload(repository), parse("POST", "/v2/" + name + "/blobs/uploads/"));
        assertEquals(
                new Operation.UploadStatus(repository, new UploadSession("uploads")),
                parse("GET", "/v2/" + name + "/blobs/uploads/uploads"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                // A01 to A03: dot segments and escapes
                "/v2/../a/manifests/1 NAME_INVALID",
                "/v2/a/../manifests/1 NAME_INVALID",
                "/v2/./a/manifests/1 NAME_INVALID",
                "/v2/.. NAME_INVALID",
                "/v2/../etc/passwd NAME_INVALID",
                "/v2/a/./b NAME_INVALID",
                "/v2/%2e%2e/a/manifests/1 NAME_INVALID",
                "/v2/a%2fb/manifests/1 NAME_INVALID",
                "/v2/a%252fb/manifests/1 NAME_INVALID",
                "/v2/%62locked/manifests/1 NAME_INVALID",
                "/v2/a/manifests/%31 NAME_INVALID",
                "/v2/blocked%00/manifests/1 NAME_INVALID",
                "/v2/a/manifests/.. TAG_INVALID",
                // A05: matrix parameters
                "/v2/a;x=1/manifests/1 NAME_INVALID",
                "/v2/a/manifests;x/1 NAME_INVALID",
                "/v2/a/manifests/1;x NAME_INVALID",
                "/v2;x/a/manifests/1 -",
                // A06: upper case
                "/v2/Library/app/manifests/1 NAME_INVALID",
                // A12: doubled and trailing slashes
                "/v2//a/manifests/1 NAME_INVALID",
                "/v2/a//manifests/1 NAME_INVALID",
                "/v2/a/manifests//1 NAME_INVALID",
                "/v2/a/manifests/1/ NAME_INVALID",
                "/v2/a/tags/list/ NAME_INVALID",
                "/v2/_catalog/ NAME_INVALID",
                "/v2// NAME_INVALID",
                "/v2/a/blobs/uploads/s/ NAME_INVALID",
                "/v2/a\\b/manifests/1 NAME_INVALID",
                "/v2/a/manifests/1#x NAME_INVALID",
                "/v2/a/manifests/ TAG_INVALID",
                "/v2/-a/manifests/1 NAME_INVALID",
                "/v2/a/manifests/-1 TAG_INVALID",
                "/v2/a/manifests/a:b DIGEST_INVALID",
                "/v2/a/blobs/latest DIGEST_INVALID",
                "/v2/a/referrers/latest DIGEST_INVALID",
                "/v2/a/tags/list?n=abc UNSUPPORTED",
                "/v2/a/tags/list?n=-1 UNSUPPORTED",
                "/v2/a/tags/list?n= UNSUPPORTED",
                "/v2/a/tags/list?last=%zz NAME_INVALID",
                "/v2/a/blobs/uploads/.hidden BLOB_UPLOAD_UNKNOWN",
                "/v2/a/blobs/uploads/a:b BLOB_UPLOAD_UNKNOWN",
            })
    void what_is_outside_the_grammar_is_refused_and_never_repaired(String target, String code) {
        if (code.equals("-")) {
            assertInstanceOf(Operation.Other.class, parse("GET", target));
        } else {
            assertEquals(code, refusal("GET", target).code().value(), target);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.test/v2/a/manifests/1",
                "//evil.test/v2/a/manifests/1",
                "@evil.test/",
                ".evil.test/",
                ":99/v2/",
                "evil.test:443",
                "*",
                "",
                "?x",
                "\\\\evil.test/",
                "/\\evil.test/",
                "/a b",
                "/a\r\nX: y",
                "/a\u0000",
                "/caf\u00e9",
                "/a#b",
            })
    void what_could_lead_to_another_host_or_line_is_malformed_outside_v2_too(String target) {
        for (String method : List.of("GET", "CONNECT", "OPTIONS")) {
            assertEquals(ErrorCode.NAME_INVALID, refusal(method, target).code());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sha256:../../etc/passwd",
                "sha256:<hex>0",
                "sha256:" + "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF",
                "md5:d41d8cd98f00b204e9800998ecf8427e",
                "sha384:<hex>",
                "sha256:",
                "sha512:<hex>",
                "SHA256:<hex>",
                ":<hex>",
                "sha256:<hex>%00",
                "sha256:<hex>/..",
                "sha256::<hex>",
            })
    void malformed_digests_never_become_a_reference(String pattern) {
        String digest = pattern.replace("<hex>", Samples.HEX);
        for (String kind : List.of("blobs", "manifests", "referrers")) {
            for (String method : List.of("GET", "HEAD", "DELETE", "PUT")) {
                Operation operation = parse(method, "/v2/a/" + kind + "/" + digest);
                assertTrue(
                        operation instanceof Operation.Malformed || operation instanceof Operation.Other,
                        method + " " + kind + " " + digest);
            }
        }
        assertEquals(
                ErrorCode.DIGEST_INVALID,
                refusal("POST", "/v2/a/blobs/uploads/?digest=" + digest.replace("%", "%25"))
                        .code());
    }

    @Test
    void names_and_tags_end_at_their_longest() {
        String name = "a".repeat(255);
        assertInstanceOf(Operation.PullManifest.class, parse("GET", "/v2/" + name + "/manifests/" + "t".repeat(128)));
        assertEquals(
                ErrorCode.NAME_INVALID,
                refusal("GET", "/v2/" + name + "a/manifests/1").code());
        assertEquals(
                ErrorCode.TAG_INVALID,
                refusal("GET", "/v2/a/manifests/" + "t".repeat(129)).code());
    }

    @Test
    void long_targets_are_refused_and_not_kept() {
        for (String target :
                List.of("/v2/" + "a/".repeat(100_000), "/v2/?" + "q".repeat(100_000), "/" + "x".repeat(1_000_000))) {
            Operation.Malformed malformed = assertInstanceOf(Operation.Malformed.class, parse("GET", target));
            assertEquals(414, malformed.error().status());
            assertTrue(malformed.path().length() <= 256);
        }
    }

    @Test
    void the_operation_takes_its_own_fields_and_leaves_the_others_as_they_are() {
        Target target = Target.parse("PUT", "/v2/a/blobs/uploads/s?_state=a%2fb%3D%3d+c&digest=" + D + "&x&y=&&z=1");
        assertEquals(
                new Operation.FinishUpload(new RepositoryName("a"), new UploadSession("s"), Samples.SHA256),
                target.operation());
        assertEquals("_state=a%2fb%3D%3d+c&x&y=&z=1", target.rest().render());
        assertEquals("/v2/a/blobs/uploads/s?digest=" + D + "&_state=a%2fb%3D%3d+c&x&y=&z=1", target.render());
    }

    @Test
    void of_a_field_that_comes_twice_the_first_counts_and_no_other_is_passed_on() {
        Target target = Target.parse("GET", "/v2/a/tags/list?n=1&n=2&last=a&last=b");
        assertEquals("/v2/a/tags/list?n=1&last=a", target.render());
        Target mount = Target.parse("POST", "/v2/a/blobs/uploads/?mount=" + D + "&from=b&from=c");
        assertEquals("/v2/a/blobs/uploads/?mount=" + D + "&from=b", mount.render());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "007, 7",
        "999999999, 999999999",
        "1000000000, 1000000000",
        "2147483647, 2147483647",
        "2147483648, 2147483647",
        "18446744073709551616, 2147483647"
    })
    void n_is_kept_as_far_as_an_int_goes(String wire, int n) {
        Operation.ListTags list = assertInstanceOf(Operation.ListTags.class, parse("GET", "/v2/a/tags/list?n=" + wire));
        assertEquals(OptionalInt.of(n), list.page().n());
    }

    @Test
    void the_token_endpoint_takes_scopes_repeated_or_separated_by_spaces() {
        Operation.Token token = assertInstanceOf(
                Operation.Token.class,
                parse(
                        "GET",
                        "/_token?service=r.test&scope=repository:a:pull+repository:h:1/b:push&scope=registry:catalog:*"
                                + "&scope=nonsense&client_id=x"));
        assertEquals(
                List.of("repository:a:pull", "repository:h:1/b:push", "registry:catalog:*"),
                token.asked().stream().map(Scope::toString).toList());
        assertEquals(Optional.of("r.test"), token.service());
    }

    @Test
    void mapping_names_maps_all_of_them() {
        Target target = Target.parse("POST", "/v2/a/blobs/uploads/?mount=" + D + "&from=b&k=v");
        assertEquals(
                "/v2/x/a/blobs/uploads/?mount=" + D + "&from=x/b&k=v",
                target.mapNames(new RepositoryName("x")::resolve).render());
    }

    @Test
    void whatever_is_rendered_is_read_back_the_same() {
        Random random = new Random(20261120);
        for (int i = 0; i < 20_000; i++) {
            Operation operation = Samples.operation(random);
            Query rest = random.nextBoolean() ? Query.EMPTY.and("_state", Samples.text(random)) : Query.EMPTY;
            Target target = new Target(operation, rest);
            String wire = target.render();
            for (String method : Samples.methods(operation)) {
                assertEquals(target, Target.parse(method, wire), wire);
            }
        }
    }

    @Test
    void no_target_makes_the_parser_throw_and_what_it_renders_is_stable() {
        Random random = new Random(4711);
        List<String> seeds = new ArrayList<>(
                List.of("/v2/", "/v2/a/b/manifests/1", "/_token?scope=repository:a:pull&service=x", "//x", "/a?b=c"));
        operations().forEach(operation -> seeds.add(Target.of(operation).render()));
        String[] methods = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "get", "", "OPTIONS", "\u0130"};
        for (int i = 0; i < 200_000; i++) {
            String wire = mutated(seeds.get(random.nextInt(seeds.size())), random);
            String method = methods[random.nextInt(methods.length)];
            Target target = Target.parse(method, wire);
            if (target.operation() instanceof Operation.Malformed) {
                continue;
            }
            String rendered = target.render();
            assertTrue(rendered.chars().allMatch(c -> c > 0x20 && c < 0x7f), () -> "unclean: " + wire);
            assertTrue(rendered.startsWith("/") && !rendered.startsWith("//"), () -> "leads elsewhere: " + wire);
            Target again = Target.parse(method, rendered);
            assertEquals(target.operation(), again.operation(), wire);
            assertEquals(rendered, again.render(), wire);
        }
    }

    private static String mutated(String seed, Random random) {
        String[] pieces = {
            "/",
            "//",
            "..",
            "/./",
            "%2e",
            "%2F",
            "%",
            "%zz",
            ";",
            "\\",
            "?",
            "&",
            "=",
            "#",
            "@",
            ":",
            " ",
            "\t",
            "\r\n",
            "\u0000",
            "\u00e9",
            "\uff11",
            "%\uff11\uff12",
            "\ud83d",
            "A",
            "blobs",
            "uploads/",
            "manifests/",
            "tags/list",
            "sha256:",
            "n=99999999999",
            "digest=",
            "mount=",
            "from=",
            "scope=",
            "+",
            "*",
            "{",
            "|",
            "\"",
            "<"
        };
        StringBuilder text = new StringBuilder(seed);
        for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
            int at = random.nextInt(text.length() + 1);
            int end = Math.min(text.length(), at + random.nextInt(4));
            switch (random.nextInt(4)) {
                case 0 -> text.delete(at, end);
                case 1 -> text.insert(at, (char) random.nextInt(256));
                case 2 -> text.replace(at, end, pieces[random.nextInt(pieces.length)]);
                default -> text.insert(at, pieces[random.nextInt(pieces.length)]);
            }
        }
        return text.toString();
    }
}
