package io.github.registryproxy.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Platform;
import io.github.registryproxy.protocol.RegistryError;
import io.github.registryproxy.protocol.RepositoryName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DocumentsTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    private static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "{}",
                "1",
                "'x'",
                "<html>",
                "{'errors'",
                "{'errors':{}}",
                "{'name':1,'tags':[]}",
                "{'repositories':'a'}",
                "{'errors':[{'code':'DENIED'}],'name':'a','tags':[],'repositories':[],'token':'t'} trailing",
                "{'errors':[{'code':'DENIED'}],'name':'a','tags':[],'repositories':[],'token':'t'}{}"
            })
    void what_is_no_such_document_is_none(String text) {
        assertEquals(Optional.empty(), ErrorDocument.parse(json(text), 400));
        assertEquals(Optional.empty(), TagList.parse(json(text)));
        assertEquals(Optional.empty(), CatalogPage.parse(json(text)));
        assertEquals(Optional.empty(), TokenGrant.parse(json(text), NOW));
    }

    @Test
    void no_bytes_make_a_reader_throw() {
        Random random = new Random(5);
        byte[] seed =
                json("{'errors':[{'code':'A','message':'m','detail':{'a':[1,null]}}],'name':'n','tags':['t',null],"
                        + "'repositories':['r'],'token':'t','expires_in':60,'issued_at':'2026-11-20T12:00:00Z','scope':'a:b:c',"
                        + "'mediaType':'a/b','layers':[],'manifests':[]}");
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = seed.clone();
            for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            ErrorDocument.parse(bytes, 400).ifPresent(ErrorDocument::toJson);
            TagList.parse(bytes).ifPresent(TagList::toJson);
            CatalogPage.parse(bytes).ifPresent(CatalogPage::toJson);
            TokenGrant.parse(bytes, NOW);
            TokenGrant.mapScopes(bytes, scope -> scope);
        }
    }

    @Test
    void errors_are_read_with_their_codes_kept_and_written_back() {
        ErrorDocument document = ErrorDocument.parse(
                        json(
                                "{'errors':[{'code':'DENIED','message':'no','detail':{'Name':'a'}},{'code':'OWN_CODE'},{'message':'x'}]}"),
                        403)
                .orElseThrow();
        assertEquals(2, document.errors().size());
        assertEquals(ErrorCode.DENIED, document.errors().get(0).code());
        assertEquals(Optional.of("{\"Name\":\"a\"}"), document.errors().get(0).detail());
        assertEquals(403, document.errors().get(1).status());
        assertEquals(
                text(
                        json(
                                "{'errors':[{'code':'DENIED','message':'no','detail':{'Name':'a'}},{'code':'OWN_CODE','message':''}]}")),
                text(document.toJson()));
        assertThrows(IllegalArgumentException.class, () -> new ErrorDocument(List.of()));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 302, 0, 600})
    void errors_under_a_status_that_is_no_error_s_are_none(int status) {
        assertEquals(Optional.empty(), ErrorDocument.parse(json("{'errors':[{'code':'DENIED'}]}"), status));
    }

    @Test
    void an_error_document_is_never_larger_than_its_cap() {
        String wide = "\u0001".repeat(600);
        RegistryError one = ErrorCode.DENIED.because(wide).withDetail(Optional.of("\"" + "x".repeat(100_000) + "\""));
        for (int n : new int[] {1, 2, 16, 100}) {
            byte[] json = new ErrorDocument(Collections.nCopies(n, one)).toJson();
            assertTrue(json.length <= ErrorDocument.LARGEST, n + " errors: " + json.length);
            assertTrue(ErrorDocument.parse(json, 403).isPresent());
        }
        RegistryError small = ErrorCode.DENIED.because("no").withDetail(Optional.of("[1]"));
        assertTrue(text(new ErrorDocument(List.of(small)).toJson()).contains("\"detail\":[1]"));
    }

    @Test
    void a_message_cut_within_a_character_and_a_detail_that_is_no_json_are_written() {
        RegistryError cut =
                ErrorCode.DENIED.because("x".repeat(511) + "\ud83d\ude00").withDetail(Optional.of("{no json"));
        byte[] json = new ErrorDocument(List.of(cut)).toJson();
        assertTrue(ErrorDocument.parse(json, 403).isPresent());
        assertFalse(text(json).contains("detail"));
    }

    @Test
    void of_many_errors_some_are_kept() {
        String many = String.join(",", Collections.nCopies(1000, "{'code':'DENIED'}"));
        assertEquals(
                16,
                ErrorDocument.parse(json("{'errors':[" + many + "]}"), 403)
                        .orElseThrow()
                        .errors()
                        .size());
    }

    @Test
    void lists_are_read_and_written_in_order_and_null_is_none() {
        TagList tags = TagList.parse(json("{'name':'a/b','tags':['2','1',null,3],'host':'secret'}"))
                .orElseThrow();
        assertEquals(List.of("2", "1"), tags.tags());
        assertEquals(
                "{\"name\":\"x\",\"tags\":[\"2\",\"1\"]}",
                text(tags.withName("x").toJson()));
        assertEquals(
                List.of(),
                TagList.parse(json("{'name':'a','tags':null}")).orElseThrow().tags());
        assertEquals(
                "{\"repositories\":[\"b\",\"a\"]}",
                text(CatalogPage.parse(json("{'repositories':['b','a']}"))
                        .orElseThrow()
                        .toJson()));
        assertEquals(
                List.of(),
                CatalogPage.parse(json("{'repositories':null}")).orElseThrow().repositories());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'token':'t'}|60",
                "{'access_token':'t'}|60",
                "{'token':'','access_token':'t','expires_in':300}|300",
                "{'token':'t','access_token':'other','expires_in':0}|0",
                "{'token':'t','expires_in':-5}|0",
                "{'token':'t','expires_in':null}|60",
                "{'token':'t','expires_in':'300'}|60",
                "{'token':'t','expires_in':99999999999999999999}|60",
                "{'token':'t','expires_in':300,'issued_at':'2026-11-20T11:59:00Z'}|240",
                "{'token':'t','expires_in':300,'issued_at':'2026-11-20T13:00:00Z'}|300",
                "{'token':'t','expires_in':300,'issued_at':'2026-11-20T12:59:00+01:00'}|240",
                "{'token':'t','expires_in':300,'issued_at':'2020-01-01T00:00:00Z'}|0",
                "{'token':'t','expires_in':300,'issued_at':'yesterday'}|300",
                "{'token':'t','expires_in':300,'issued_at':'-1000000000-01-01T00:00:00Z'}|0",
                "{'token':'t','expires_in':300,'issued_at':'+1000000000-12-31T23:59:59Z'}|300",
            })
    void a_token_lives_as_long_as_its_server_says(String document, long seconds) {
        TokenGrant grant = TokenGrant.parse(json(document), NOW).orElseThrow();
        assertEquals("t", grant.token());
        assertEquals(Duration.ofSeconds(seconds), grant.lifetime());
    }

    @Test
    void a_token_that_no_field_can_carry_is_none() {
        for (String bad : List.of("a\\r\\nX: y", "a b", "\u00e9", "")) {
            assertEquals(Optional.empty(), TokenGrant.parse(json("{'token':'" + bad + "'}"), NOW), bad);
        }
        assertTrue(TokenGrant.parse(json("{'token':'" + "t".repeat(65536) + "'}"), NOW)
                .isPresent());
        assertEquals(Optional.empty(), TokenGrant.parse(json("{'token':'" + "t".repeat(65537) + "'}"), NOW));
    }

    @Test
    void a_grant_does_not_show_its_token() {
        assertFalse(new TokenGrant("hunter2", Duration.ZERO).toString().contains("hunter2"));
    }

    @Test
    void scopes_of_a_grant_are_mapped_and_all_else_is_kept() {
        byte[] mapped = TokenGrant.mapScopes(
                        json("{'access_token':'t','scope':'repository:a:pull registry:catalog:*','x':1}"),
                        scope -> scope.mapName(new RepositoryName("up")::resolve))
                .orElseThrow();
        assertEquals(
                text(json("{'access_token':'t','scope':'repository:up/a:pull registry:catalog:*','x':1}")),
                text(mapped));
        assertEquals(
                "{\"token\":\"t\"}",
                text(TokenGrant.mapScopes(json("{'token':'t'}"), s -> s).orElseThrow()));
        assertEquals(Optional.empty(), TokenGrant.mapScopes(json("[]"), s -> s));
    }

    @Test
    void nesting_has_an_end() {
        assertEquals(
                Optional.empty(),
                ErrorDocument.parse(json("{'errors':[{'code':'DENIED','detail':" + "[".repeat(100_000)), 400));
    }

    @Test
    void field_that_occurs_twice_makes_a_document_unreadable() {
        String digest = "sha256:" + "a".repeat(64);
        assertEquals(Optional.empty(), TokenGrant.parse(json("{'token':'t','token':'u'}"), NOW));
        assertEquals(Optional.empty(), TokenGrant.mapScopes(json("{'scope':'a','scope':'b'}"), scope -> scope));
        assertEquals(Optional.empty(), TagList.parse(json("{'name':'a','tags':[],'tags':['x']}")));
        assertEquals(Optional.empty(), TagList.parse(json("{'name':'a','tags':[],'Tags':['x']}")));
        assertEquals(Optional.empty(), CatalogPage.parse(json("{'repositories':[],'repositories':['x']}")));
        assertEquals(Optional.empty(), JsonFields.parse(json("{'a':{'b':1,'b':2}}")));
        assertEquals(Optional.empty(), ReferrersList.parse(json("{'manifests':[],'manifests':[]}")));
        assertEquals(Optional.empty(), ReferrersList.parse(json("{'manifests':[{'digest':'a','digest':'b'}]}")));
        String envelope = "'payload':'e30=','payloadType':'t','signatures':[]";
        assertTrue(DsseEnvelope.ofBundle(json("{'dsseEnvelope':{" + envelope + "}}"))
                .isPresent());
        assertEquals(
                Optional.empty(), DsseEnvelope.ofBundle(json("{'dsseEnvelope':{" + envelope + ",'payload':'e30='}}")));
        String statement = "{'_type':'https://in-toto.io/Statement/v1','predicateType':'p','subject':[]%s}";
        assertTrue(InTotoStatement.parse(json(statement.formatted(""))).isPresent());
        assertEquals(Optional.empty(), InTotoStatement.parse(json(statement.formatted(",'predicateType':'q'"))));
        String payload = "{'critical':{'type':'t','image':{'docker-manifest-digest':'" + digest + "'%s}}}";
        assertTrue(SimpleSigning.parse(json(payload.formatted(""))).isPresent());
        for (String name : List.of("docker-manifest-digest", "Docker-manifest-digest")) {
            assertEquals(
                    Optional.empty(),
                    SimpleSigning.parse(json(payload.formatted(",'" + name + "':'" + digest + "'"))),
                    name);
        }
    }

    @Test
    void configuration_that_says_two_platforms_to_two_readers_is_refused() throws ManifestRefusedException {
        String config = "{'os':'linux','architecture':'amd64','rootfs':{'os':'x','OS':'y'}%s}";
        assertEquals(
                Optional.of(Platform.parse("linux/amd64")),
                ImageConfig.read(json(config.formatted(""))).platform());
        for (String name : List.of("os", "architecture", "variant")) {
            for (String other : ManifestVariants.spellings(name)) {
                byte[] json = json(config.formatted(",'" + other + "':'windows'"));
                assertThrows(ManifestRefusedException.class, () -> ImageConfig.read(json), other);
            }
        }
    }

    @Test
    void tree_of_most_tokens_is_built_and_none_of_one_more() {
        int objects = (Json.MOST_TOKENS - 5) / 2;
        String most = "{'a':[" + String.join(",", Collections.nCopies(objects, "{}")) + "]}";
        assertTrue(JsonFields.parse(json(most)).isPresent());
        assertEquals(Optional.empty(), JsonFields.parse(json(most.replace("[{}", "[{},{}"))));
    }

    @Test
    void merged_referrers_are_as_many_as_a_manifest_may_list() {
        String entries = IntStream.range(0, Manifest.MOST_DESCRIPTORS)
                .mapToObj(i -> "{'digest':'" + i + "'}")
                .collect(Collectors.joining(","));
        assertTrue(ReferrersList.parse(json("{'manifests':[" + entries + "]}")).isPresent());
        assertEquals(Optional.empty(), ReferrersList.parse(json("{'manifests':[{'digest':'x'}," + entries + "]}")));
    }
}
