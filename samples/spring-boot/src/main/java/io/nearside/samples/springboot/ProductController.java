package io.nearside.samples.springboot;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/products")
class ProductController {
  private final Products products;

  ProductController(Products products) {
    this.products = products;
  }

  @GetMapping("/{id}")
  ResponseEntity<Product> find(@PathVariable long id) {
    return ResponseEntity.ofNullable(products.find(id));
  }

  @GetMapping
  CompletableFuture<List<String>> names() {
    return products.names();
  }

  record Offer(String name, long cents) {}

  @PutMapping("/{id}")
  Product save(@PathVariable long id, @RequestBody Offer offer) {
    return products.save(new Product(id, offer.name(), offer.cents()));
  }

  @DeleteMapping("/{id}")
  void delete(@PathVariable long id) {
    products.delete(id);
  }
}
