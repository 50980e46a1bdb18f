"""Words of a question that say nothing about what is looked for, folded."""

STOP_WORDS = frozenset(
    """
    a about above after again ago all also am an and any anything are as ask at away back be been
    before being between both but by can close could day days did do does doing done during each
    either else end ended entries entry ever every everything find for from get go going gone got
    had happen happened happening has have having he her here him his how i if in into is it its
    just know last lately latest least less let like list log logged long look made make many me
    mention mentioned mentions more most much my myself name newest no not note noted notes now of
    off often on once one only or other our out over past please put question recent recently
    remember said same say says see she should show since so some someone something spend spent
    start started still stuff such talk talked tell than that the their them then there these they
    thing things this those thought through till time times to today told tomorrow tonight too
    touch touched under until up upon us use used very was way we week weeks weekend well went were
    what whatever when where whether which while who whom whose why will with without word words
    work worked working works would write writing written wrote year years yesterday yet you your
    month months morning afternoon evening first earliest hour hours minute minutes previous
    ab aber alle allem allen alles als am an auch auf aus bei beim bin bis bist da damals damit
    dann das dass dem den denn der des dich die dies diese diesem diesen dieser dieses dir doch du
    durch ein eine einem einen einer eines er es etwas euch fur gab geben gearbeitet gemacht getan
    gestern geschrieben habe haben habt hat hatte heute hier hin ich ihm ihn ihr im immer in ins
    ist ja jede jeden jeder jetzt kann kein keine konnte letzte letzten letzter letztes machen mal
    man mehr mein meine meinem meinen meiner mich mir mit nach nicht noch nun nur ob oder ohne
    schon sein seit sich sie sind so soll tag tage uber um und uns unser von vom vor wann war waren
    warum was weiter welche welchem welchen welcher welches wem wen wenn wer werden wie wieder wir
    wird wo woche wochen worden wurde zu zuerst zuletzt zum zur zwischen monat jahr mal
    a al algo ante antes aqui asi aun ayer cada como con contra cual cuales cuando cuanto cuantos
    de del desde dia dias donde durante e el ella ellos en entre era es esa ese eso esta estaba
    estado estas este esto estoy fue ha haber habia hace hacer hacia han hasta hay he hecho hice
    hizo hoy la las le les lo los mas me mes mi mis mucho muy nada ni nos o os otra otro para pero
    poco por porque primera primero pues que quien se semana ser si sin sobre son su sus tal
    tambien tan te tengo tiene toda todas todo todos trabaje trabajado trabajando tu un una uno
    ultima ultimas ultimo vez veces y ya yo ano
    ai ainsi alors apres au aujourd aux avait avant avec avoir bien c ce cela ces cet cette chez
    comme comment d dans derniere dernier des dont du elle elles encore est et etait ete etre eu
    fait faire faites fois hier hui il ils j jamais je jour jours l leur leurs lors lui m ma mais
    meme mes mois moi mon n ne nous on ont ou par parce pas pendant personne peu plus pour pourquoi
    premiere premier quand que quel quelle quelles quels quelque qui quoi s sa sans se sera ses si
    soir son sont sous suis sur t ta tes toi ton toujours tous tout toute toutes travaille tres un
    une vers voici voila vos votre vous
    ao aos aquela aquele com da das do dos ela ele em essa esse esta foi fiz isso isto mais mas meu
    meus minha na nas nem no nos num numa onde ontem pela pelo por quais qual quando quem sao sem
    seu sua tem tenho trabalhei uma vez
    anche avevo che chi ci come con cosa cui da dal dalla degli dei del della delle di dove ero gli
    ha hai ho ieri il io la lavorato le lo loro ma mi mia mio nel nella non per perche piu poi
    quale quali quando quanto questa questo sono su sua sul sulla suo tra ultima ultimo volta
    aan als bij dan dat de deed deze dit een en gedaan gewerkt gisteren had heb hebben heeft het hij
    hoe ik is je kan laatst laatste maar met mijn naar niet nog of om onder ook op over te toen tot
    uit van vandaag voor waar waarom wanneer was wat we week welk welke wie wij wordt ze zijn
    """.split()  # noqa: SIM905 -- a list of so many strings reads worse
)
"""English, German, Spanish, French, Portuguese, Italian, Dutch."""
