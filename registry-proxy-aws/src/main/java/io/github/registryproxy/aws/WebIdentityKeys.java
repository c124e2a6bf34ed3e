package io.github.registryproxy.aws;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.auth.CredentialsKind.Surroundings;
import io.github.registryproxy.auth.EndpointClient;
import io.github.registryproxy.protocol.Query;
import io.github.registryproxy.protocol.TokenForm;
import io.github.registryproxy.transport.TransportRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, exchanged at STS: AssumeRoleWithWebIdentity, which needs no signature. */
record WebIdentityKeys(Surroundings process, EndpointClient client, Endpoint sts) implements AwsKeys.Source {
    @Override
    public Optional<AwsKeys> find() throws IOException {
        Optional<String> file = process.variable("AWS_WEB_IDENTITY_TOKEN_FILE");
        Optional<String> role = process.variable("AWS_ROLE_ARN");
        if (file.isEmpty()) {
            return Optional.empty();
        }
        if (role.isEmpty()) {
            throw new IOException("AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not");
        }
        Query form = Query.EMPTY
                .and("Action", "AssumeRoleWithWebIdentity")
                .and("Version", "2011-06-15")
                .and("RoleArn", role.get())
                .and(
                        "RoleSessionName",
                        process.variable("AWS_ROLE_SESSION_NAME").orElse("registry-proxy"))
                .and(
                        "WebIdentityToken",
                        SecretFile.read("AWS_WEB_IDENTITY_TOKEN_FILE", file.get())
                                .strip());
        EndpointClient.Answer answer = client.ask(new TransportRequest(
                "POST",
                sts.uri(),
                Headers.of(HeaderNames.CONTENT_TYPE, TokenForm.MEDIA_TYPE, HeaderNames.ACCEPT, "text/xml"),
                Body.of(new TokenForm(form).render()),
                sts.addresses()));
        Map<String, String> fields = fields(answer);
        if (answer.status() != 200) {
            throw answer.without("keys" + AwsErrors.named(Optional.ofNullable(fields.get("Code"))));
        }
        return Optional.of(AwsKeys.of(
                answer.origin(),
                Optional.ofNullable(fields.get("AccessKeyId")),
                Optional.ofNullable(fields.get("SecretAccessKey")),
                Optional.ofNullable(fields.get("SessionToken"))));
    }

    /** Texts by the names of their elements. No document type, no entities: what is no plain XML has no fields. */
    private static Map<String, String> fields(EndpointClient.Answer answer) throws IOException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        Map<String, String> fields = new HashMap<>();
        try {
            XMLStreamReader xml = factory.createXMLStreamReader(new ByteArrayInputStream(answer.content()));
            String name = "";
            while (xml.hasNext()) {
                int event = xml.next();
                if (event == XMLStreamConstants.START_ELEMENT) {
                    name = xml.getLocalName();
                } else if (event == XMLStreamConstants.CHARACTERS && !xml.isWhiteSpace()) {
                    fields.merge(name, xml.getText(), String::concat);
                }
            }
            return fields;
        } catch (XMLStreamException e) {
            // Its message quotes the document.
            throw answer.without("XML");
        }
    }
}
