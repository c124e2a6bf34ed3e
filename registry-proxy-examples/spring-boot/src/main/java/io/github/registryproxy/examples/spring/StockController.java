package io.github.registryproxy.examples.spring;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the application did before: nothing about it changes. */
@RestController
class StockController {
    @GetMapping("/stock")
    String stock() {
        return "12 apples\n";
    }
}
