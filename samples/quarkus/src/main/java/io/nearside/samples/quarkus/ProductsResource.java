package io.nearside.samples.quarkus;

import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Products by HTTP. */
@Path("/products")
public class ProductsResource {
  @Inject Products products;

  /** Of a product, but for its id. */
  public record Change(String name, long price) {}

  @GET
  @Path("/{id}")
  public Product find(long id) {
    Product product = products.find(id);
    if (product == null) {
      throw new NotFoundException();
    }
    return product;
  }

  /** Called by the event loop. */
  @GET
  @Path("/later/{id}")
  public CompletionStage<Product> findLater(long id) {
    return products
        .findLater(id)
        .thenApply(product -> {
          if (product == null) {
            throw new NotFoundException();
          }
          return product;
        });
  }

  @PUT
  @Path("/{id}")
  public Product change(long id, Change change) {
    Product product = new Product(id, change.name(), change.price());
    products.change(id, product);
    products.pricesChanged();
    return product;
  }

  @DELETE
  @Path("/{id}")
  public void delete(long id) {
    products.delete(id);
    products.pricesChanged();
  }

  @GET
  public List<Product> between(
      @QueryParam("lowest") long lowest, @QueryParam("highest") long highest) {
    return products.between(lowest, highest);
  }
}
