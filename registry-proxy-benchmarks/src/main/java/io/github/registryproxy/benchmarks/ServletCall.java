package io.github.registryproxy.benchmarks;

import jakarta.servlet.Servlet;
import jakarta.servlet.ServletException;
import java.io.IOException;

/** One request of a container without one, as often as it is wanted. */
final class ServletCall {
    private final HandedRequest request;
    private final TakenResponse response = new TakenResponse();

    ServletCall(String method, String target) {
        this.request = new HandedRequest(method, target);
    }

    /** How many bytes the answer had, those of its fields' values counted as well. */
    long to(Servlet servlet) throws IOException, ServletException {
        response.begin();
        servlet.service(request, response);
        return response.end();
    }
}
