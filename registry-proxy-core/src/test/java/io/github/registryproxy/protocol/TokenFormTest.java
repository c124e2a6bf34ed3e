package io.github.registryproxy.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenFormTest {
    @Test
    void scopes_in_one_field_or_in_several_are_mapped_and_rendered_as_one() {
        TokenForm form = parse(
                        "grant_type=password&scope=repository:a:pull+repository:b:push&scope=x&scope=repository:c:pull")
                .mapScopes(scope -> scope.mapName(new RepositoryName("team")::resolve));
        assertEquals(
                "grant_type=password&scope=repository:team/a:pull%20repository:team/b:push%20repository:team/c:pull",
                text(form));
    }

    @Test
    void other_fields_stay_byte_for_byte() {
        String fields = "password=a%2Bb+c&refresh_token=%c3%a9&empty=&bare";
        assertEquals(fields, text(parse(fields).mapScopes(scope -> scope)));
    }

    @Test
    void a_form_without_scopes_has_no_scope_field() {
        assertEquals(
                "service=s", text(parse("scope=repository:a:pull&service=s").withScopes(List.of())));
    }

    @Test
    void an_illegal_escape_is_refused() {
        assertThrows(RegistryException.class, () -> parse("scope=%zz"));
        assertThrows(RegistryException.class, () -> parse("scope=\u00e9"));
    }

    @Test
    void values_are_not_printed() {
        assertFalse(parse("password=s3cret").toString().contains("s3cret"));
    }

    private static TokenForm parse(String text) {
        return TokenForm.parse(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String text(TokenForm form) {
        return new String(form.render(), StandardCharsets.ISO_8859_1);
    }
}
