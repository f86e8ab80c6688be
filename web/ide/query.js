// What the IDE asks first, and who is asking. The query is the README's (a test holds them equal), in lines that fit an editor.

export const QUERY = `# Which stores near Lyon have this coat?
query CoatNearLyon {
  variant(by: {sku: "MTX-MLL-NOI-38"}) {
    product { title }
    price { amount currencyCode }
    availableQuantity
    availability(
      near: {postalCode: {
        countryCode: "FR", postalCode: "69002"
      }}
      first: 2
    ) {
      nodes {
        location { name } distanceKm
        status quantity journeys
      }
    }
  }
}
`;

export const HEADERS = `{
  "Comptoir-Channel": "web",
  "Accept-Language": "en"
}
`;
